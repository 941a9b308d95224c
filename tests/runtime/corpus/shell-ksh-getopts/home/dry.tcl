puts dry
