/// Makes the model of documents: each class knows the fields of one mapping. Nothing here throws on any text;
/// what is wrong goes to the reading's problems. A part that has a problem is left out of the result, which is
/// then thrown away.
package dev.stet.policy.bind;
