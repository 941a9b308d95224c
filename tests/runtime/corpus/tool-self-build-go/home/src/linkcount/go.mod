module example.org/linkcount

go 1.13

require gopkg.in/yaml.v2 v2.2.4
