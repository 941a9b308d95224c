#!/usr/bin/env -S node --max-old-space-size=2048
'use strict';
const fs = require('fs');
const readline = require('readline');
const rl = readline.createInterface({ input: fs.createReadStream('dump.jsonl') });
let n = 0;
rl.on('line', () => { n += 1; });
rl.on('close', () => console.log(n + ' records'));
