/// Reads `/proc`. What stands there is the work of other users: names, arguments and paths are any bytes at
/// all, and a process can go away between any two reads. So every reading has a limit, gone is an answer,
/// and what cannot be read is a fact of its own kind rather than a guess. All of it is through
/// [dev.stet.procfs.ProcReader].
package dev.stet.procfs;
