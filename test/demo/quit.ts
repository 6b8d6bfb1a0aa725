// A worker for the tests of the demo: it ends before it has said a word.

process.exit(3);
