import RelayDomain

/// What must be equal in a repeat under the same key: the request's parts in a fixed order. A router compares only its
/// digest.
///
/// The only place that lists the parts of a request that count. If one were missing, a different request could pass for
/// a repeat.
public struct CanonicalBody: Sendable {
    let parts: [String]

    /// A phone's submission.
    public static func submission(
        terminal: TerminalID, application: ApplicationID, operation: Operation, information: Secret, amount: Amount?,
        codeExpiresAt: Instant?
    ) -> CanonicalBody {
        CanonicalBody(
            parts: ["submission", terminal.text, application.text, operation.rawValue, information.exposed]
                + parts(of: amount) + [codeExpiresAt.map { String($0.milliseconds) } ?? ""])
    }

    /// What a terminal's scanner read.
    ///
    /// The application that the shop's scan rules find is not part of it, because rules may change between a scan and
    /// its repeat; nor is the time.
    public static func scan(_ symbology: Symbology, text: Secret, amount: Amount?) -> CanonicalBody {
        CanonicalBody(parts: ["scan", symbology.rawValue, text.exposed] + parts(of: amount))
    }

    /// Always three, so that no part can be taken for another. 100 USD are not 100 EUR.
    private static func parts(of amount: Amount?) -> [String] {
        guard let amount else { return ["", "", ""] }
        switch amount.unit {
        case .currency(let currency): return [String(amount.minorUnits), "currency", currency.text]
        case .points(let program): return [String(amount.minorUnits), "program", program.text]
        }
    }
}
