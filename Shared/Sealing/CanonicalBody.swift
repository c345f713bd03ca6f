import RelayDomain

/// What a repeat under the same key has to repeat: the request's parts in a fixed order. A router compares its digest
/// alone.
///
/// The one place that says which parts of a request count. Leaving one out would let another request pass for a repeat.
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
    /// The application that the shop's rules find is no part of it, for rules may change between a scan and its repeat;
    /// nor is the time.
    public static func scan(_ symbology: Symbology, text: Secret, amount: Amount?) -> CanonicalBody {
        CanonicalBody(parts: ["scan", symbology.rawValue, text.exposed] + parts(of: amount))
    }

    /// Always three, so that no part can move into the place of another. 100 USD are not 100 EUR.
    private static func parts(of amount: Amount?) -> [String] {
        guard let amount else { return ["", "", ""] }
        switch amount.unit {
        case .currency(let currency): return [String(amount.minorUnits), "currency", currency.text]
        case .points(let program): return [String(amount.minorUnits), "program", program.text]
        }
    }
}
