#!/usr/bin/env node
// The command is dist/main.cjs. This file exists before the first build, so that every package manager can link it.
require('../dist/main.cjs')
