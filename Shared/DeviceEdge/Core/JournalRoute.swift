import RelayDomain

/// The way to one journal's router, and the claims that wait for it.
struct JournalRoute: Sendable {
    var link: RouterLink?
    /// The router's time minus the gateway's.
    var ahead = Duration.zero
    /// The same as the devices of this journal know it.
    var aheadTold = Duration.zero
    /// Connections whose claim waits, in order. One that wants nothing any more is passed over when its turn comes.
    var waiting: ArraySlice<ConnectionID> = []
    /// Claims that the router has to answer, at most ``GatewayLimits/claimsMax``.
    var asked = 0
}
