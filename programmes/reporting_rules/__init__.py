"""Rules of reporting: when figures may be added up, judged, compared or joined by a line.

Pure: knows neither Django nor the database, so that its properties can be tried over random sets of
periods, areas, qualifiers and targets. Figures come as anything with the attributes of `Figure`
(programmes/models). Pages, files, the API, charts and the annual report all ask here, through
`programmes.figures`. What qualifiers mean is in `commissioning.qualifiers`.
"""
