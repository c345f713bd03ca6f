import DestinationKit
import RelayDomain

/// Approves everything at once, in this process: for measuring the relay, never for a shop.
struct EchoDestination: ImmediateDestination {
    let id: DestinationID
    let concurrent: Int

    func describe() -> DestinationManifest {
        guard
            let manifest = DestinationManifest(
                destination: id, operations: Set(Operation.allCases), amountRequired: false, codesReusable: false,
                codesOnce: false, visibilityDelay: .zero, concurrent: concurrent)
        else { preconditionFailure("the settings let only 1 to 10,000 requests at a time pass") }
        return manifest
    }

    func decide(_ authorization: Authorization) -> DestinationAnswer { .approved() }

    /// It keeps no ledger, so it cannot tell later what it approved.
    func inquire(_ inquiry: Inquiry) async -> DestinationAnswer { .unknown }

    /// Nothing was ever booked.
    func reverse(_ reversal: Reversal) async -> ReversalAnswer { .confirmed }

    func isWell() async -> Bool { true }
}
