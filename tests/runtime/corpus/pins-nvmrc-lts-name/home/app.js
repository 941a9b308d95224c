#!/usr/bin/env node
console.log(structuredClone({ a: 1 }));
