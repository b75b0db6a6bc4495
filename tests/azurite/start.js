// Azurite that ends when its standard input closes: its parent holds the other end, so however the parent dies,
// nothing is left running.
process.stdin.on('end', () => process.exit(0)).resume();
require('azurite/dist/src/azurite.js');
