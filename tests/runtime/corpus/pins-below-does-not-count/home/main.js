#!/usr/bin/env node
console.log('main');
