// Where a job's time went: the ledger's parts one after another, and the chain's own share as a number.

import { h } from './dom.js';

const PARTS = [
  ['queueMs', 'queue'], ['loadMs', 'load model'], ['understandMs', 'understand'], ['prepareMs', 'prepare'], ['generateMs', 'generate'],
  ['enhanceMs', 'enhance'], ['encodeMs', 'encode'], ['storeMs', 'store'], ['overheadMs', 'chain overhead'],
];

export const ms = value => value >= 100000 ? `${(value / 1000).toFixed(0)} s`
  : value >= 10000 ? `${(value / 1000).toFixed(1)} s`
  : `${value.toFixed(value >= 100 ? 0 : 1)} ms`;

export function timing(ledger) {
  const total = ledger.totalMs;
  let from = 0;
  const rows = PARTS.filter(([name]) => ledger[name] >= 0.05 || name === 'overheadMs').map(([name, label]) => {
    const bar = h('i');
    // By script and not as an attribute: the page's policy lets no attribute set a style.
    bar.style.left = `${total ? Math.min(99, from / total * 100) : 0}%`;
    bar.style.width = `${total ? ledger[name] / total * 100 : 0}%`;
    from += ledger[name];
    return h('tr', { class: name === 'overheadMs' ? 'chain' : null },
      h('th', { scope: 'row' }, label), h('td', {}, h('span', { class: 'track' }, bar)), h('td', { class: 'ms' }, ms(ledger[name])));
  });
  const share = total ? (ledger.overheadMs / total * 100).toFixed(1) : '0.0';
  return h('details', { class: 'where' },
    h('summary', {}, h('b', {}, ms(ledger.overheadMs)), ` chain overhead, ${share} % of ${ms(total)}`),
    h('table', { class: 'times' },
      h('caption', {}, 'Where the time went'),
      h('tbody', {}, ...rows),
      h('tfoot', {}, h('tr', {}, h('th', { scope: 'row' }, 'total'), h('td', {}), h('td', { class: 'ms' }, ms(total))))));
}
