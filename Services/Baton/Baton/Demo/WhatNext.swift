import Foundation
import RelayDomain

/// What a person can try while the demonstration stays up.
struct WhatNext {
    let configuration: BatonConfiguration
    let edges: RelayPlan.Edges
    let counters: [Counter]

    var text: String {
        let home = configuration.home.path
        let counter = counters.first { $0.terminal.pairedWith != nil }?.terminal.id.text ?? "counter-2"
        let alone = counters.first { $0.terminal.pairedWith == nil }?.terminal.id.text ?? "counter-1"
        return """

            The relay stays up; Ctrl-C stops it. In another terminal:

              export BATON_HOME=\(home) PATH=\(UpRun.ownFolder):$PATH
              code() { curl -s -X POST http://\(edges.sandbox)/codes -d '{}' | grep -o '[0-9]\\{20\\}' | head -1; }

              code | baton submit --tag $BATON_HOME/tags/\(counter).png --application sandbox-pay
              echo 'amount 990 EUR' > $BATON_HOME/run/\(alone).keyboard     # the merchant keys a sum …
              code | baton submit --terminal \(alone) --application sandbox-pay  # … and a customer taps
              baton trace <transaction>                             # each hop with its time
              baton get terminals
              baton get shop > shop.yaml                            # change it, then: baton apply -f shop.yaml
              kill -9 $(pgrep -f -o baton-router)                   # the standby takes over; submit again

            Logs: \(home)/log
            """
    }
}
