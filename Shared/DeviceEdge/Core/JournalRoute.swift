import RelayDomain

/// The link to one journal's router, and the claims that wait for it.
struct JournalRoute: Sendable {
    var link: RouterLink?
    /// The router's time minus the gateway's.
    var ahead = Duration.zero
    /// The difference that the devices of this journal were told.
    var aheadTold = Duration.zero
    /// Connections whose claim waits, in order. A claim that is no longer needed is skipped when its turn comes.
    var waiting: ArraySlice<ConnectionID> = []
    /// Claims that the router has to answer, at most ``GatewayLimits/claimsMax``.
    var asked = 0
}
