print while <>;

