// Says which word the author of a rule probably meant.

import YAMLFiles

/// "did you mean 'x'?", or `fallback` when nothing is close.
func didYouMean(_ word: String, among candidates: [String], otherwise fallback: String? = nil) -> String? {
    nearMiss(word, among: candidates).map { "did you mean '\($0)'?" } ?? fallback
}
