// The middle of the relay's path: submitted transactions in; commands, authorizations and outcomes out.
import Router

try await Router.run()
