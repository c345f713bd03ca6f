/// Swift source as `swift format` would leave it.
struct SwiftText {
    private(set) var text: String

    init(_ text: String) { self.text = text }

    static func quoted(_ sentence: String) -> String { "\"\(sentence)\"" }

    mutating func line(_ line: String) { text += line + "\n" }

    /// The cases of an enumeration, each with its sentence.
    mutating func cases(_ entries: [Catalogue.Entry]) {
        for entry in entries { line("    /// \(entry.means)\n    case \(entry.code)") }
    }

    /// The four facts of which every answer consists.
    mutating func facts(of entries: [Catalogue.Entry], _ access: String) {
        property("/// Whose fault it is.\n    \(access)var blame: Refusal.Blame", of: entries) { ".\($0.blame)" }
        line("")
        property("/// Where it was noticed.\n    \(access)var stage: Refusal.Stage", of: entries) { ".\($0.stage)" }
        line("")
        property(
            "/// Whether anything can have been taken on all the same.\n    \(access)var sent: Certainty", of: entries
        ) { ".\($0.sent)" }
        line("")
        property("/// How to try again.\n    \(access)var retry: Refusal.Retry", of: entries) { $0.retry.swift }
    }

    /// A property that is a switch over the codes; codes of the same value share a case.
    mutating func property(
        _ head: String, of entries: [Catalogue.Entry], _ value: (Catalogue.Entry) -> String
    ) {
        line("    \(head) {\n        switch self {")
        var groups: [(value: String, codes: [String])] = []
        for entry in entries {
            if let group = groups.firstIndex(where: { $0.value == value(entry) }) {
                groups[group].codes.append(entry.code)
            } else {
                groups.append((value(entry), [entry.code]))
            }
        }
        for group in groups { switchCase(group.codes, group.value) }
        line("        }\n    }")
    }

    /// `case .a, .b: value`, broken where a line would be longer than 120.
    private mutating func switchCase(_ codes: [String], _ value: String) {
        let whole = "        case \(codes.map { "." + $0 }.joined(separator: ", ")): \(value)"
        guard whole.count > 120 else { return line(whole) }
        var lines = ["        case"]
        for (index, code) in codes.enumerated() {
            let word = " .\(code)" + (index == codes.count - 1 ? ":" : ",")
            if lines[lines.count - 1].count + word.count > 120 { lines.append("           ") }
            lines[lines.count - 1] += word
        }
        line(lines.joined(separator: "\n") + "\n            \(value)")
    }
}

extension Catalogue.Retry {
    var swift: String {
        switch self {
        case .no: ".no"
        case .newKey: ".newKey"
        case .newCode: ".newCode"
        case .sameKey(let seconds): ".sameKey(after: .seconds(\(seconds)))"
        }
    }
}
