import DeviceProtocol
import Foundation
import RelayDomain
import Testing

@testable import ErrorCatalogue
@testable import Ingress

/// What an answer says beside its code.
struct Said: Equatable {
    var blame: String
    var stage: String
    let sent: String
    let retry: Catalogue.Retry?

    /// What the catalogue says.
    init(_ entry: Catalogue.Entry) {
        blame = entry.blame
        stage = entry.stage
        sent = entry.sent
        retry = entry.retry
    }

    /// The same as a device reads it: what others blame on a phone or a device, it has done itself.
    static func to(_ device: DeviceKind, _ entry: Catalogue.Entry) -> Said {
        var said = Said(entry)
        if ["phone", "pos", "terminal"].contains(said.blame) { said.blame = device.rawValue }
        if said.stage == "ingress" { said.stage = "gateway" }
        return said
    }

    /// What a phone reads in a problem document.
    init(_ problem: [String: Any]) throws {
        blame = try #require(problem["blame"] as? String)
        stage = try #require(problem["stage"] as? String)
        sent = try #require(problem["sent"] as? String)
        let retry = try #require(problem["retry"] as? [String: Any])
        self.retry = Catalogue.Retry(retry["how"] as? String, seconds: retry["after"] as? Int)
    }

    /// What a device reads in an error frame.
    init(_ error: DeviceError) {
        blame = error.blame.rawValue
        stage = error.stage.rawValue
        sent = error.sent.rawValue
        retry = Catalogue.Retry(error.retry)
    }

    init(_ refusal: Refusal) {
        blame = refusal.blame.rawValue
        stage = refusal.stage.rawValue
        sent = refusal.sent.rawValue
        retry = Catalogue.Retry(refusal.retry)
    }
}

extension Catalogue.Retry {
    init?(_ how: String?, seconds: Int?) {
        switch (how, seconds) {
        case ("no", nil): self = .no
        case ("newKey", nil): self = .newKey
        case ("newCode", nil): self = .newCode
        case ("sameKey", let seconds?): self = .sameKey(seconds: seconds)
        default: return nil
        }
    }

    init?(_ retry: Refusal.Retry) {
        switch retry {
        case .no: self = .no
        case .newKey: self = .newKey
        case .newCode: self = .newCode
        case .sameKey(let after): self.init("sameKey", seconds: after.map { Int($0.components.seconds) })
        }
    }
}
