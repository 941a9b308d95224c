print <>;
