import RelayDomain
import Sealing

extension DestinationAnswer {
    /// A shorter secret may occur in an ordinary sentence by chance.
    fileprivate static let tellingLength = 4

    /// The same, without the transaction's information: a decline's reason and text go into the journal and onto
    /// displays, and some destinations repeat the code that they were sent.
    func withholding(_ information: Secret) -> Self {
        let secret = information.exposed
        guard secret.utf8.count >= Self.tellingLength else { return self }
        return switch self {
        case .approved(let approval): .approved(approval.leavingOut { $0.contains(secret) })
        case .declined(let reason): .declined(reason.withholding(secret))
        case .pendingCustomer, .unknown, .notFound, .notSent, .reversed: self
        }
    }
}

extension StatedReason {
    fileprivate func withholding(_ secret: String) -> Self {
        let isInText = text.map { $0.text.contains(secret) || $0.text.endsAmid(secret) } ?? false
        let isInCode = code.text.contains(secret)
        return StatedReason(isInCode ? .unspecified : code, text: isInText ? nil : text)
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
