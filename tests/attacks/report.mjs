// The lines that tools/run_attacks reads; the same as report.h.
import assert from 'node:assert/strict';

export function attack(claim, what, tried, succeeded) {
  console.log(`attack | ${claim} | ${what} | ${tried} | ${succeeded}`);
  assert.ok(tried > 0 && succeeded === 0, `${claim}: ${what}: ${succeeded} of ${tried} succeeded`);
}

/** What the claim says it does not hold against: it must succeed. */
export function limit(claim, what, isShown) {
  console.log(`limit | ${claim} | ${what} | 1 | ${isShown ? 1 : 0}`);
  assert.ok(isShown, `${claim}: ${what} could not be shown`);
}
