/// Why a process cannot start with its settings. Ends it with exit code 64 (`EX_USAGE` of sysexits.h).
public enum SettingsError: StartFailure, Equatable {
    /// The key must be set and is not.
    case missing(key: String, expected: String, example: String)
    /// The key's value cannot be read or is outside of its range. `value` is nil if it may contain a secret.
    case refused(key: String, value: String?, problem: String, expected: String)
    /// This process does not read the key; `nearest` is a similar one that it reads.
    case unknown(key: String, nearest: String?)

    public var exitCode: Int32 { 64 }

    public var line: String {
        switch self {
        case .missing(let key, let expected, let example):
            "\(key) is not set: expected \(expected), for example \(example)"
        case .refused(let key, let value?, let problem, let expected):
            "\(key)=\(value) \(problem): expected \(expected)"
        case .refused(let key, nil, let problem, let expected):
            "\(key) \(problem): expected \(expected)"
        case .unknown(let key, let nearest?):
            "\(key) is not a setting of this process: did you mean \(nearest)?"
        case .unknown(let key, nil):
            "\(key) is not a setting of this process: unset it (--help lists the settings)"
        }
    }
}

extension SettingsError: CustomStringConvertible {
    public var description: String { line }
}

/// The candidate that differs from `word` by the fewest single-character edits, if they are few enough to be a slip.
func nearest(to word: String, among candidates: [String]) -> String? {
    let slipMax = max(2, word.utf8.count / 4)
    return candidates.map { ($0, edits(from: word, to: $0)) }
        .filter { $0.1 <= slipMax }
        .min { $0.1 < $1.1 }?.0
}

/// How many characters must be added, dropped or replaced to get from one word to the other (Levenshtein's distance).
private func edits(from word: String, to other: String) -> Int {
    let letters = Array(other.utf8)
    var row = Array(0...letters.count)
    for (rowNumber, letter) in word.utf8.enumerated() {
        var diagonal = row[0]
        row[0] = rowNumber + 1
        for column in letters.indices {
            let replaced = diagonal + (letter == letters[column] ? 0 : 1)
            diagonal = row[column + 1]
            row[column + 1] = min(replaced, row[column] + 1, diagonal + 1)
        }
    }
    return row[letters.count]
}
