import RelayDomain
import Sealing

extension DestinationAnswer {
    /// A shorter secret may occur in an ordinary sentence by chance.
    fileprivate static let tellingLength = 4

    /// The same, without the transaction's information: a decline's reason and text go into the journal and onto
    /// displays, and some destinations repeat the code that they were sent.
    func withholding(_ information: Secret) -> Self {
        guard case .declined(let reason) = self, information.exposed.utf8.count >= Self.tellingLength else {
            return self
        }
        let secret = information.exposed
        let isInText = reason.text.map { $0.text.contains(secret) || $0.text.endsAmid(secret) } ?? false
        let isInCode = reason.code.text.contains(secret)
        guard isInText || isInCode else { return self }
        return .declined(StatedReason(isInCode ? .unspecified : reason.code, text: isInText ? nil : reason.text))
    }
}

extension String {
    /// Whether it was cut inside the secret: it ends with the secret's beginning, and `…`.
    fileprivate func endsAmid(_ secret: String) -> Bool {
        guard hasSuffix("…") else { return false }
        let cut = dropLast()
        return (DestinationAnswer.tellingLength...max(secret.count, DestinationAnswer.tellingLength)).contains {
            cut.hasSuffix(secret.prefix($0))
        }
    }
}
