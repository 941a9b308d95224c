#!/usr/bin/env node
import { exec, execSync } from 'node:child_process';
execSync(`java -jar closure.jar --js app.js --js_output_file app.min.js`);
exec('perl -v | head -2', (err, out) => console.log(out));
