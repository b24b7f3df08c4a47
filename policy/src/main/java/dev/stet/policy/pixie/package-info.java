/// To and from the list of names with which Pixie is told what not to probe: `--stirling_uprobe_opt_out`. Pure:
/// texts and policies in, texts out. What is said of Pixie is in its sources, cited in `docs/pixie.md`.
package dev.stet.policy.pixie;
