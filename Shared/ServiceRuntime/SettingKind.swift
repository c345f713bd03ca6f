import Foundation

/// How one kind of setting is read and written: the text in the environment on one side, a valid value on the other.
///
/// Services add their own kinds as static members, so that a value that exists is valid.
public struct SettingKind<Value: Sendable>: Sendable {
    /// What a person should write, as it follows "expected": `a duration like 500ms, 30s, 2m or 1h`.
    public let expected: String
    /// A valid value; `--help` continues with it if a required key is missing.
    public let example: Value
    /// True if a refused value must not be repeated to the operator, since it may contain a password.
    public let isSecret: Bool
    let parse: @Sendable (String) throws(SettingProblem) -> Value
    let write: @Sendable (Value) -> String

    /// - Parameters:
    ///   - parse: throws ``SettingProblem`` for an invalid text.
    ///   - write: the text that `parse` would read as the value.
    public init(
        expected: String, example: Value, isSecret: Bool = false,
        parse: @escaping @Sendable (String) throws(SettingProblem) -> Value,
        write: @escaping @Sendable (Value) -> String
    ) {
        self.expected = expected
        self.example = example
        self.isSecret = isSecret
        self.parse = parse
        self.write = write
    }
}

/// What is wrong with a setting's text, as it follows the key: "is malformed", "is out of range".
public struct SettingProblem: Error {
    /// As it follows the key in the message.
    public let problem: String

    /// A problem in these words, such as "is too long for a socket".
    public init(_ problem: String) { self.problem = problem }

    /// The text is not of this kind.
    public static let malformed = SettingProblem("is malformed")
    /// The value is outside of its range.
    public static let outOfRange = SettingProblem("is out of range")
}

extension SettingKind<String> {
    /// Any text of at most 1,024 bytes on one line.
    public static var text: Self {
        Self(
            expected: "a text of one line", example: "text",
            parse: { text throws(SettingProblem) in
                guard text.utf8.count <= 1_024, !text.utf8.contains(where: { $0 < 0x20 }) else { throw .malformed }
                return text
            }, write: { $0 })
    }

    /// An identifier: 1 to 64 of letters, digits, `.`, `_` and `-`.
    public static var identifier: Self {
        Self(
            expected: "1 to 64 letters, digits, '.', '_' or '-'", example: "name",
            parse: { text throws(SettingProblem) in
                guard isIdentifier(text) else { throw .malformed }
                return text
            }, write: { $0 })
    }

    /// A file or folder; a relative path counts from the working directory. The value is the absolute path.
    public static var path: Self {
        Self(
            expected: "a path", example: "/path",
            parse: { text throws(SettingProblem) in
                guard text.utf8.count <= 1_024, !text.utf8.contains(0) else { throw .malformed }
                return URL(fileURLWithPath: text).standardizedFileURL.path
            }, write: { $0 })
    }

    /// An address with one of the schemes: `tcp://router:7701`, `ipc:///var/lib/baton/run/x`. Never repeated in an
    /// error, since a URL may contain a password.
    public static func url(_ schemes: String...) -> Self {
        let expected = "a URL that begins with " + schemes.map { "\($0)://" }.joined(separator: " or ")
        let example = "\(schemes.first ?? "https")://example"
        return Self(
            expected: expected, example: example, isSecret: true,
            parse: { text throws(SettingProblem) in
                let isWellFormed = text.utf8.count <= 1_024 && text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f }
                guard isWellFormed, let end = text.range(of: "://"), end.upperBound < text.endIndex,
                    schemes.contains(String(text[..<end.lowerBound]))
                else { throw .malformed }
                return text
            }, write: { $0 })
    }

    private static func isIdentifier(_ text: String) -> Bool {
        (1...64).contains(text.utf8.count) && text != "." && text != ".."
            && text.utf8.allSatisfy { byte in
                switch UInt8(byte) {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"):
                    true
                default: false
                }
            }
    }
}
