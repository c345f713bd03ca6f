/// What is made of the catalogue.
extension Catalogue {
    /// Each file's text, by its path.
    var files: [String: String] {
        [
            "docs/errors.md": page,
            "Shared/RelayDomain/Words/Refusal.swift": refusals,
            "Shared/RelayDomain/Words/FailureReason.swift": enumeration(
                .failures, "public enum FailureReason: String, Hashable, Sendable, CaseIterable",
                "Why a transaction failed before anything reached the destination."),
            "Shared/RelayDomain/Words/ReconciliationReason.swift": enumeration(
                .marks, "public enum ReconciliationReason: String, Hashable, Sendable, CaseIterable",
                "Something that a person has to look at, opened beside a state or an outcome that stays as it is."),
            "Services/Ingress/Ingress/Answers/PhoneErrorCode.swift": phoneCodes,
            "Shared/DeviceProtocol/Frames/SessionRule.swift": sessionRules,
            "Shared/DeviceProtocol/Frames/Refusal+Device.swift": deviceSentences,
        ]
    }

    private static let firstLine = "// Generated from docs/errors.yaml by `make generate`: change it there.\n"

    private func enumeration(_ list: List, _ head: String, _ comment: String) -> String {
        var text = SwiftText(Self.firstLine)
        text.line("\n/// \(comment)\n\(head) {")
        text.cases(self[list])
        text.line("}")
        return text.text
    }

    private var refusals: String {
        var text = SwiftText(
            enumeration(
                .refusals, "public enum Refusal: String, Hashable, Sendable, CaseIterable",
                "Why something was not taken on. A refusal before acceptance leaves no transaction, only a counter."))
        text.line("\nextension Refusal {")
        text.facts(of: self[.refusals], "public ")
        text.line("}")
        return text.text
    }

    private var phoneCodes: String {
        var text = SwiftText(Self.firstLine + "import RelayDomain\n")
        text.line("\n/// The stable word of a problem document: what phones are refused, and what HTTP gets wrong.")
        text.line("enum PhoneErrorCode: String, Hashable, Sendable, CaseIterable {")
        text.cases(forPhones)
        text.line("}\n\nextension PhoneErrorCode {")
        text.property(
            "/// The HTTP status and its phrase (RFC 9110).\n    var httpStatus: (code: Int, phrase: String)",
            of: forPhones
        ) { "(\($0.status?.number ?? 0), \"\($0.status?.phrase ?? "")\")" }
        text.line("")
        text.property("/// What the phone, or who looks at it, does next.\n    var advice: String", of: forPhones) {
            $0.phone.map(SwiftText.quoted) ?? ""
        }
        text.line("")
        text.facts(of: forPhones, "")
        text.line("}")
        return text.text
    }

    private var sessionRules: String {
        var text = SwiftText(
            enumeration(
                .session, "public enum SessionRule: String, Hashable, Sendable, CaseIterable",
                "What a device's call has broken, if it is none of the relay's own refusals."
            ).replacing("change it there.\n", with: "change it there.\nimport RelayDomain\n"))
        text.line("\nextension SessionRule {")
        text.property("/// What to do, for the device's log.\n    var sentence: String", of: self[.session]) {
            SwiftText.quoted($0.device ?? "")
        }
        text.line("")
        text.property("var retry: Refusal.Retry", of: self[.session]) { $0.retry.swift }
        text.line("}")
        return text.text
    }

    private var deviceSentences: String {
        var text = SwiftText(Self.firstLine + "import RelayDomain\n")
        text.line("\nextension Refusal {")
        text.property(
            "/// What a device can do about it; nil if no device can meet it.\n    var sentence: String?",
            of: self[.refusals]
        ) { $0.device.map(SwiftText.quoted) ?? "nil" }
        text.line("}")
        return text.text
    }
}
