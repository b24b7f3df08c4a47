/// What harm teaches: how programs end with probes and without, and which are to be left alone for a while. Decides
/// only, and reads no clock; `agent` brings what happened and does what was decided.
package dev.stet.agent.guardian;
