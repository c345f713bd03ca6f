import RelayDomain

// What others say about a transaction goes into the journal and onto displays; some repeat the code that they were
// sent. ``SecretFinder`` says whether a text holds it.

extension StatedReason {
    /// The same without the secret: a code that holds it reads as unspecified, a text as none.
    public func withholding(_ secret: SecretFinder) -> StatedReason {
        StatedReason(
            secret.finds(in: code.text) ? .unspecified : code,
            text: text.flatMap { secret.finds(in: $0.text) ? nil : $0 })
    }
}

extension Approval {
    /// The same without the texts that hold the secret. What masks an account is no cut, be it `…`: of a membership ID
    /// the last four digits may be told.
    public func withholding(_ secret: SecretFinder) -> Approval {
        leavingOut { field, text in
            let isMasked = field == .maskedAccount
            return secret.finds(in: isMasked ? String(text.map { ".…".contains($0) ? "*" : $0 }) : text)
        }
    }
}
