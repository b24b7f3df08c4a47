/// What operators have at hand about programs that ended badly, and the exemptions that follow from it. Decides only:
/// bytes and what Stet has learned come in, proposals go out; it reads no file and no clock.
package dev.stet.agent.suggest;
