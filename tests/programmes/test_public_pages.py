"""What a stranger reads of programmes, measures, indicators and figures."""

import pytest
from django.core.exceptions import ValidationError

from commissioning.actions import records
from programmes.models import Measure
from tests import builders as a
from tests import world
from tests.commissioning.test_public_pages import read
from tests.programmes.test_measure_page import year

pytestmark = pytest.mark.django_db


def choose_headline(programme, measure) -> None:
    """As staff do on the programme’s page."""
    programme.headline_measure = measure
    records.save(programme, by=a.an_officer())


class TestProgramme:
    @pytest.fixture
    def programme(self):
        """A service with an award of £12,000, £6,000 of it paid in 2026/27, and 300 people."""
        service, district = a.a_service("Mentoring"), a.an_area("Walsall")
        award = world.a_public_award("12000", title="Clubs", service=service)
        a.a_payment(6_000, award)
        measure = a.a_measure("Young people helped", service=service, unit="young people")
        for area, value in ((district, 100), (a.an_area("Dudley"), 200)):
            a.an_observation(value, measure, area=area)
        a.an_observation(300, measure)
        a.a_release(measure)
        made = a.a_programme("Safer youth", services=[service], description="For young people.")
        choose_headline(made, measure)
        return made

    def test_it_leads_from_its_pounds_and_its_results_to_the_records(self, client, programme):
        page = client.get(programme.get_absolute_url()).content.decode()

        assert 'href="/awards/?service=mentoring"' in page
        assert 'href="/measures/young-people-helped/"' in page
        assert 'href="/figures/?programme=safer-youth"' in page
        assert 'href="/services/mentoring/"' in page

    def test_it_says_what_it_cost_and_achieved(self, client, programme):
        text = read(client, programme.get_absolute_url())

        assert "Awarded in published awards, all years £12,000" in text
        assert "300 young people" in text
        assert "£20.00 for each: £6,000 was paid for 300 young people" in text
        assert "Dudley 200 Walsall 100" in text
        assert "2026/27 (1 award) £12,000.00" in text

    def test_the_list_shows_pounds_and_a_headline(self, client, programme):
        text = read(client, "/programmes/")

        assert f"{programme.name} £12,000.00" in text
        assert "Young people helped: 300 young people" in text

    def test_no_cost_is_said_where_one_side_is_not_known(self, client):
        service = a.a_service()
        measure = a.a_measure(service=service)
        a.an_observation(300, measure)
        a.a_release(measure)
        programme = a.a_programme(services=[service])

        text = read(client, programme.get_absolute_url())

        assert "Value for money" not in text
        assert "No award for this programme is published here." in text
        assert "£0" not in text

    def test_awards_of_its_own_funds_count_once(self, client):
        allocation, service = a.an_allocation(), a.a_service()
        world.a_public_award("500", allocation, service=service)
        fund = allocation.budget.fund
        a.a_programme("Twice", services=[service], funds=[fund])

        assert client.get("/api/v1/programmes/twice/").json()["awarded"] == "500.00"

    def test_the_headline_is_a_measure_of_the_programme_or_of_its_services(self, programme):
        other = a.a_measure("Of another")

        with pytest.raises(
            ValidationError, match="“Of another” is not a measure of this programme"
        ):
            choose_headline(programme, other)
        programme.refresh_from_db()
        assert programme.headline_measure.name == "Young people helped"

    def test_a_forecast_is_no_headline(self, client, programme):
        measure = a.a_measure("Places", service=programme.services.get())
        a.an_observation(300, measure, qualifier="forecast")
        a.a_release(measure)
        choose_headline(programme, measure)

        assert "none chosen" in read(client, "/programmes/")
        text = read(client, programme.get_absolute_url())
        achieved, _, background = text.partition("Design, context and forecasts")
        assert "Places" not in achieved
        assert "forecast 300 people" in background

    def test_money_put_in_is_no_result(self, client):
        service = a.a_service()
        for name, kind in (("Youth budget", "input"), ("Money saved", "benefit")):
            measure = a.a_measure(name, service=service, kind=kind, form="pounds", unit="pounds")
            a.an_observation(80_000 if kind == "input" else 70, measure, area=a.an_area(name))
            a.an_observation(80_000 if kind == "input" else 70, measure)
            a.a_release(measure)
        programme = a.a_programme("Safer youth", services=[service])

        choose_headline(programme, Measure.objects.get(name="Money saved"))

        assert "Money saved: £70" in read(client, "/programmes/")
        assert "Youth budget" not in read(client, "/programmes/")
        page = client.get(programme.get_absolute_url()).content.decode()
        achieved, _, money = page.partition('id="money"')
        assert "Money saved" in achieved
        assert "Youth budget" not in achieved
        assert "Youth budget" in money
        assert "/measures/?programme=safer-youth&amp;tells=money" in money

    def test_a_programme_that_only_has_a_budget_has_no_headline(self, client):
        measure = a.a_measure("Budget", kind="input", form="pounds", unit="pounds")
        a.an_observation(80_000, measure)
        a.a_release(measure)
        programme = a.a_programme("Guardian")
        Measure.objects.filter(pk=measure.pk).update(programme=programme)

        assert "none chosen" in read(client, "/programmes/")
        choose_headline(programme, Measure.objects.get(pk=measure.pk))
        assert "none chosen" in read(client, "/programmes/")
        assert "Budget" not in read(client, programme.get_absolute_url()).split("What it costs")[0]


class TestOtherPages:
    def test_money_put_in_was_not_achieved_on_any_page(self, client, settings):
        theme, fund = world.a_theme(code=settings.OFFICE["victims_theme"]), a.a_fund()
        provider, area = a.an_organisation(), a.an_area("Walsall")
        service = a.a_service(theme=theme)
        service.providers.add(provider)
        service.funds.add(fund)
        award = world.a_public_award(service=service)
        for name, kind in (("Their budget", "input"), ("Value of grants", "output")):
            money = a.a_measure(name, service=service, kind=kind, form="pounds", unit="pounds")
            a.an_observation(3_307_000, money)
            a.an_observation(3_307_000, money, area=area)
            a.a_release(money)
        people = a.a_measure("People helped", service=service)
        a.an_observation(81, people)
        a.an_observation(81, people, area=area)
        a.a_release(people)

        for address in (
            f"/themes/{theme.slug}/",
            "/victims/",
            *[one.get_absolute_url() for one in (service, fund, provider, area, award)],
        ):
            text = read(client, address)
            assert "People helped" in text, address
            assert "Their budget" not in text, address
            assert "Value of grants" not in text, address
        assert "Their budget" in read(client, "/measures/?tells=money")
        assert "People helped" not in read(client, "/measures/?tells=money")
        assert client.get("/api/v1/figures/?tells=results").json()["count"] == 2

    def test_an_area_shows_what_was_achieved_in_it(self, client):
        unit = a.an_area("Unit", kind="neighbourhood_unit", parent=a.an_area("Walsall"))
        measure = a.a_measure("Referrals")
        a.an_observation(81, measure, area=unit)
        a.a_release(measure)

        text = read(client, "/areas/walsall/")

        assert "What it achieved" in text
        assert "Referrals 81 people" in text

    def test_a_theme_shows_its_programmes_and_measures(self, client):
        theme = world.a_theme()
        a.a_programme("Of the theme", theme=theme)
        a.a_measure("By its service", service=a.a_service(theme=theme))

        text = read(client, f"/themes/{theme.slug}/")

        assert "Of the theme" in text
        assert "By its service" in text

    def test_a_service_shows_its_measures(self, client):
        service = a.a_service()
        a.a_measure("Helped", service=service)

        assert "Helped" in read(client, service.get_absolute_url())

    def test_home_and_victims_show_how_many_were_supported(self, client, settings):
        settings.OFFICE = {**settings.OFFICE, "victims_measures": ["VIC"]}
        world.a_theme(code=settings.OFFICE["victims_theme"])
        measure = a.a_measure("Victims supported", code="VIC")
        a.an_observation(183851, measure)
        a.a_release(measure)

        assert "Victims supported 2026/27 183,851 people" in read(client, "/")
        assert "183,851" in read(client, "/victims/")

    def test_two_clicks_lead_from_a_headline_to_the_record_and_its_source(self, client, settings):
        settings.OFFICE = {**settings.OFFICE, "victims_measures": ["VIC"]}
        world.a_theme(code=settings.OFFICE["victims_theme"])
        measure = a.a_measure("Victims supported", code="VIC")
        a.an_observation(183851, measure, document="Annual Report", source_ref="Table 1")
        a.a_release(measure)

        assert 'href="/victims/">See the years' in client.get("/").content.decode()
        records = "/figures/?measure=victims-supported"
        assert f'href="{records}">Each figure' in client.get("/victims/").content.decode()
        assert "183,851 people 2026/27 – – Annual Report, Table 1" in read(client, records)

    def test_indicators_stand_in_the_order_of_the_plan_with_or_without_figures(self, client):
        a.an_indicator("Second", number=2, no_figures_because="The chart cannot be read.")
        measure = a.a_measure("Rate")
        a.an_observation(87, measure)
        a.a_release(measure)
        a.an_indicator("First", [measure], number=1)

        listed = read(client, "/indicators/")

        assert listed.index("First") < listed.index("Second")
        assert "The chart cannot be read." in listed
        assert "The chart cannot be read." in read(client, "/indicators/second/")
        assert "87" in read(client, "/indicators/first/")


class TestWithheldPlace:
    def test_a_figure_of_a_refuge_names_no_small_place(self, client):
        district = a.an_area("Wide District")
        unit = a.an_area("Tiny Unit", kind="neighbourhood_unit", parent=district)
        service = a.a_service("Haven")
        service.providers.add(a.an_organisation(withhold="place", withhold_ground="A refuge."))
        measure = a.a_measure("Nights", service=service, counts_people=False)
        for area in (unit, a.an_area("Elsewhere")):
            a.an_observation(4321, measure, area=area)
        a.a_target(5000, measure, area=unit)
        a.a_release(measure)
        programme = a.a_programme(services=[service])

        for address in (
            measure.get_absolute_url(),
            programme.get_absolute_url(),
            "/figures.csv",
            "/api/v1/figures/",
        ):
            answer = client.get(address)
            body = b"".join(answer.streaming_content) if answer.streaming else answer.content
            assert "Tiny Unit" not in body.decode(), address
        for area, count in (("tiny-unit", 0), ("wide-district", 1)):
            found = client.get("/api/v1/figures/", {"area": area}).json()
            assert found["count"] == count
        assert "4,321" not in read(client, "/areas/tiny-unit/")


PAGE_QUERIES = {
    "programme": 31,
    "measure": 9,
    "indicator": 7,
    "programmes": 15,
    "measures": 10,
    "indicators": 6,
    "figures": 11,
    "home": 51,
    "victims": 35,
    "area": 48,
    "theme": 53,
    "service": 28,
}


def pages_with(rows: int) -> dict[str, str]:
    """The address of one page of each kind, with so many rows in each of its tables."""
    theme = world.a_theme(code=f"T{rows}")
    breakdown, area = a.a_breakdown(), a.an_area()
    measures, services = [], []
    for row in range(rows):
        provider = a.an_organisation()
        service = a.a_service(theme=theme)
        service.providers.add(provider)
        services.append(service)
        world.a_public_award("100", service=service)
        measure = a.a_measure(service=service, theme=theme, breakdown=breakdown)
        for target in range(rows):
            a.a_target(5 + target, measure)
        for part in range(rows):
            category = a.a_category(f"Part {row} {part}", breakdown)
            a.an_observation(9, measure, category=category, **year(2000 + row))
            place = {"area": a.an_area(parent=area), "service": service}
            a.an_observation(9, measure, **place)
        a.a_measure(service=services[0])
        measures.append(measure)
    a.a_release(*measures)
    programme = a.a_programme(services=services, theme=theme, funds=[a.a_fund()])
    choose_headline(programme, measures[0])
    indicator = a.an_indicator(measures=measures, theme=theme)
    return {
        "programme": programme.get_absolute_url(),
        "measure": measures[0].get_absolute_url(),
        "indicator": indicator.get_absolute_url(),
        "programmes": "/programmes/",
        "measures": "/measures/",
        "indicators": "/indicators/",
        "figures": "/figures/",
        "home": "/",
        "victims": "/victims/",
        "area": area.get_absolute_url(),
        "theme": f"/themes/{theme.slug}/",
        "service": services[0].get_absolute_url(),
    }


@pytest.mark.parametrize("kind", PAGE_QUERIES)
def test_a_page_takes_a_fixed_number_of_queries(client, settings, django_assert_num_queries, kind):
    # From two rows on: a single one leaves nothing to add up, and nothing to ask for it.
    settings.OFFICE = {**settings.OFFICE, "victims_theme": "T2"}
    two = pages_with(2)
    Measure.objects.filter(pk=Measure.objects.first().pk).update(code="VIC-SUPPORTED")
    with django_assert_num_queries(PAGE_QUERIES[kind]):
        client.get(two[kind])

    three = pages_with(3)
    settings.OFFICE = {**settings.OFFICE, "victims_theme": "T3"}
    with django_assert_num_queries(PAGE_QUERIES[kind]):
        client.get(three[kind])
