#!/usr/bin/env node
// The command is dist/main.js. This file exists before the first build, so that every package manager can link it.
import '../dist/main.js'
