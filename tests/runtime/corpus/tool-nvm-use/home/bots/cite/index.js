'use strict';
const request = require('request');
request('https://en.wikipedia.org/api/rest_v1/data/citation/mediawiki/x', (e, r, b) => console.log(b));

