/// docs/openapi.yaml as JSON, for `GET /openapi.json`.
///
/// Written from that file by a test, which also fails where the two differ:
/// `BATON_WRITE_OPENAPI=1 swift test --filter OpenAPIDocumentTests`.
enum OpenAPIDocument {
    static let json = #"""
        {
          "components" : {
            "headers" : {
              "Location" : {
                "description" : "Where the transaction is.",
                "schema" : {
                  "examples" : [
                    "/v1/transactions/019a0b5c-7e10-7000-8000-000000000001.0"
                  ],
                  "type" : "string"
                }
              },
              "Preference-Applied" : {
                "description" : "The wait that was granted, if one was requested. It is shorter if the answer came early without an outcome: at most\n16 requests wait for one transaction, the others get its current state at once.\n",
                "schema" : {
                  "examples" : [
                    "wait=20"
                  ],
                  "type" : "string"
                }
              },
              "Retry-After" : {
                "description" : "Seconds after which to repeat under the same key.",
                "schema" : {
                  "minimum" : 1,
                  "type" : "integer"
                }
              }
            },
            "parameters" : {
              "Prefer" : {
                "description" : "`wait=N` (RFC 7240): answer at the outcome, or after N seconds with the current state. Above 50 means 50; absent\nmeans 0, an immediate answer.\n",
                "in" : "header",
                "name" : "Prefer",
                "schema" : {
                  "examples" : [
                    "wait=20"
                  ],
                  "type" : "string"
                }
              },
              "Transaction" : {
                "in" : "path",
                "name" : "id",
                "required" : true,
                "schema" : {
                  "$ref" : "#/components/schemas/TransactionID"
                }
              }
            },
            "responses" : {
              "Problem" : {
                "content" : {
                  "application/problem+json" : {
                    "schema" : {
                      "$ref" : "#/components/schemas/Problem"
                    }
                  }
                },
                "description" : "Refused. `code` says why, `detail` what to do.",
                "headers" : {
                  "Retry-After" : {
                    "$ref" : "#/components/headers/Retry-After"
                  }
                }
              },
              "Unavailable" : {
                "content" : {
                  "application/problem+json" : {
                    "schema" : {
                      "$ref" : "#/components/schemas/Problem"
                    }
                  }
                },
                "description" : "Not possible now. Repeat under the same key after `Retry-After`.",
                "headers" : {
                  "Retry-After" : {
                    "$ref" : "#/components/headers/Retry-After"
                  }
                }
              }
            },
            "schemas" : {
              "Amount" : {
                "oneOf" : [
                  {
                    "$ref" : "#/components/schemas/Money"
                  },
                  {
                    "$ref" : "#/components/schemas/Points"
                  }
                ]
              },
              "Approval" : {
                "description" : "Of `approved`, what the destination or the POS said with it; each field only if it was said. Lengths are bytes of UTF-8. No text\nholds a full account number.\n",
                "properties" : {
                  "amount" : {
                    "$ref" : "#/components/schemas/Amount",
                    "description" : "What was approved."
                  },
                  "approvalCode" : {
                    "description" : "The issuer's code, as it stands on the receipt.",
                    "maxLength" : 32,
                    "minLength" : 1,
                    "type" : "string"
                  },
                  "balance" : {
                    "$ref" : "#/components/schemas/Amount",
                    "description" : "What is left on the account, or of the points."
                  },
                  "brand" : {
                    "description" : "The card scheme or wallet.",
                    "maxLength" : 32,
                    "minLength" : 1,
                    "type" : "string"
                  },
                  "displayLines" : {
                    "description" : "The destination's text for the display.",
                    "items" : {
                      "maxLength" : 48,
                      "minLength" : 1,
                      "type" : "string"
                    },
                    "maxItems" : 2,
                    "type" : "array"
                  },
                  "maskedAccount" : {
                    "description" : "At most the first 6 and the last 4 digits can be read.",
                    "maxLength" : 32,
                    "minLength" : 1,
                    "type" : "string"
                  },
                  "pointsEarned" : {
                    "$ref" : "#/components/schemas/Amount"
                  },
                  "providerReference" : {
                    "description" : "What the provider calls the booking.",
                    "maxLength" : 64,
                    "minLength" : 1,
                    "type" : "string"
                  },
                  "receiptLines" : {
                    "description" : "The destination's text for the receipt.",
                    "items" : {
                      "maxLength" : 80,
                      "minLength" : 1,
                      "type" : "string"
                    },
                    "maxItems" : 8,
                    "type" : "array"
                  }
                },
                "type" : "object"
              },
              "Certainty" : {
                "description" : "Whether anything reached the destination (in a problem, whether the relay accepted the transaction).",
                "enum" : [
                  "no",
                  "maybe",
                  "yes"
                ],
                "type" : "string"
              },
              "HopStamp" : {
                "properties" : {
                  "act" : {
                    "enum" : [
                      "received",
                      "accepted",
                      "commanded",
                      "acknowledged",
                      "submitted",
                      "entered",
                      "refused",
                      "uncertain",
                      "authorized",
                      "forwarded",
                      "answered",
                      "cancelRequested",
                      "inquired",
                      "reversalRequested",
                      "concluded"
                    ],
                    "type" : "string"
                  },
                  "at" : {
                    "$ref" : "#/components/schemas/Time",
                    "description" : "The time of day, going on steadily from acceptance. The list is in this order."
                  },
                  "hop" : {
                    "enum" : [
                      "phone",
                      "ingress",
                      "router",
                      "gateway",
                      "device",
                      "adapter",
                      "destination"
                    ],
                    "type" : "string"
                  }
                },
                "required" : [
                  "hop",
                  "act",
                  "at"
                ],
                "type" : "object"
              },
              "Identifier" : {
                "pattern" : "^[A-Za-z0-9._-]{1,64}$",
                "type" : "string"
              },
              "Money" : {
                "description" : "Money, as payments count it.",
                "properties" : {
                  "currency" : {
                    "description" : "ISO 4217.",
                    "pattern" : "^[A-Z]{3}$",
                    "type" : "string"
                  },
                  "minorUnits" : {
                    "description" : "Cents for EUR, whole yen for JPY.",
                    "maximum" : 999999999999,
                    "minimum" : 0,
                    "type" : "integer"
                  }
                },
                "required" : [
                  "minorUnits",
                  "currency"
                ],
                "type" : "object"
              },
              "Operation" : {
                "enum" : [
                  "payment",
                  "accrue",
                  "redeem"
                ],
                "type" : "string"
              },
              "Outcome" : {
                "properties" : {
                  "approval" : {
                    "$ref" : "#/components/schemas/Approval"
                  },
                  "kind" : {
                    "description" : "`approved` and `declined` are the destination's explicit word, or the POS's. `reversed`: the destination has\nconfirmed that nothing is booked and nothing will be. `handedOver`: the POS program passed\nit on by its own line and its answer is not known here; `sent` says how certain that is. `failed`: nothing\nreached the destination.\n",
                    "enum" : [
                      "approved",
                      "declined",
                      "reversed",
                      "handedOver",
                      "failed"
                    ],
                    "type" : "string"
                  },
                  "reason" : {
                    "description" : "Of `declined`: the destination's word. Of `failed`: `noAcknowledgement`, `noSubmission`, `deviceRefused`,\n`amountMismatch`, `amountRequired`, `destinationUnavailable`, `notSent` or `canceled`.\n",
                    "pattern" : "^[A-Za-z0-9._-]{1,64}$",
                    "type" : "string"
                  },
                  "text" : {
                    "description" : "Of `declined`, what the destination says to the customer, such as why. To be shown as it is.",
                    "maxLength" : 140,
                    "minLength" : 1,
                    "type" : "string"
                  }
                },
                "required" : [
                  "kind"
                ],
                "type" : "object"
              },
              "Points" : {
                "description" : "Points of one loyalty program, as accrue and redeem count them.",
                "properties" : {
                  "minorUnits" : {
                    "description" : "Single points.",
                    "maximum" : 999999999999,
                    "minimum" : 0,
                    "type" : "integer"
                  },
                  "program" : {
                    "$ref" : "#/components/schemas/Identifier"
                  }
                },
                "required" : [
                  "minorUnits",
                  "program"
                ],
                "type" : "object"
              },
              "Problem" : {
                "description" : "RFC 9457.",
                "properties" : {
                  "blame" : {
                    "enum" : [
                      "phone",
                      "terminal",
                      "pos",
                      "relay",
                      "destination",
                      "network"
                    ],
                    "type" : "string"
                  },
                  "busyFor" : {
                    "description" : "For how many seconds the terminal has served somebody else.",
                    "minimum" : 0,
                    "type" : "integer"
                  },
                  "code" : {
                    "enum" : [
                      "malformed",
                      "tooLarge",
                      "unknownTerminal",
                      "unknownApplication",
                      "unknownTransaction",
                      "unknownPath",
                      "methodNotAllowed",
                      "deviceBusy",
                      "alreadyFinal",
                      "codeUsed",
                      "codeInUse",
                      "codeExpired",
                      "functionMismatch",
                      "keyReused",
                      "terminalOffline",
                      "terminalNotReady",
                      "posOffline",
                      "posNotReady",
                      "destinationUnavailable",
                      "overloaded",
                      "relayLost",
                      "internalError"
                    ],
                    "type" : "string"
                  },
                  "detail" : {
                    "description" : "What to do next, for a person. Names the field at fault.",
                    "type" : "string"
                  },
                  "retry" : {
                    "properties" : {
                      "after" : {
                        "description" : "Seconds to wait before.",
                        "minimum" : 1,
                        "type" : "integer"
                      },
                      "how" : {
                        "description" : "`sameKey`: repeat the request as it is. `newKey`: submit under a new key; the code may be the same. `newCode`: the\ncustomer's application has to issue another code.\n",
                        "enum" : [
                          "no",
                          "sameKey",
                          "newKey",
                          "newCode"
                        ],
                        "type" : "string"
                      }
                    },
                    "required" : [
                      "how"
                    ],
                    "type" : "object"
                  },
                  "sent" : {
                    "$ref" : "#/components/schemas/Certainty"
                  },
                  "stage" : {
                    "enum" : [
                      "ingress",
                      "router",
                      "gateway",
                      "device",
                      "adapter",
                      "destination"
                    ],
                    "type" : "string"
                  },
                  "status" : {
                    "type" : "integer"
                  },
                  "title" : {
                    "type" : "string"
                  }
                },
                "required" : [
                  "title",
                  "status",
                  "detail",
                  "code",
                  "blame",
                  "stage",
                  "sent",
                  "retry"
                ],
                "type" : "object"
              },
              "Submission" : {
                "properties" : {
                  "amount" : {
                    "$ref" : "#/components/schemas/Amount",
                    "description" : "The amount that the customer saw, if the phone knows it. The merchant's amount counts: if the two differ, the\ntransaction fails with `amountMismatch`; if only the phone names one, with `amountRequired`. Money for payments,\npoints otherwise.\n"
                  },
                  "application" : {
                    "$ref" : "#/components/schemas/Identifier",
                    "description" : "The phone application's ID."
                  },
                  "code" : {
                    "description" : "The one-time payment code; `payment` requires it. At most 4,096 bytes of UTF-8.",
                    "maxLength" : 4096,
                    "minLength" : 1,
                    "type" : "string"
                  },
                  "codeExpiresAt" : {
                    "$ref" : "#/components/schemas/Time",
                    "description" : "When the code expires. The relay compares it with its wall clock when it accepts the request. Absent if the code does not expire; a time at or before 1970 has passed like any other."
                  },
                  "member" : {
                    "description" : "The membership ID; `accrue` and `redeem` require it. At most 4,096 bytes of UTF-8.",
                    "maxLength" : 4096,
                    "minLength" : 1,
                    "type" : "string"
                  },
                  "operation" : {
                    "$ref" : "#/components/schemas/Operation"
                  },
                  "terminal" : {
                    "$ref" : "#/components/schemas/Identifier",
                    "description" : "The relay terminal's ID, from its tag."
                  }
                },
                "required" : [
                  "terminal",
                  "application",
                  "operation"
                ],
                "type" : "object"
              },
              "Terminal" : {
                "properties" : {
                  "online" : {
                    "description" : "Whether the device that would carry a transaction out is connected.",
                    "type" : "boolean"
                  },
                  "paired" : {
                    "description" : "Whether a POS carries its transactions out.",
                    "type" : "boolean"
                  },
                  "submit" : {
                    "description" : "Where to submit; a path means the same host.",
                    "type" : "string"
                  },
                  "terminal" : {
                    "$ref" : "#/components/schemas/Identifier"
                  }
                },
                "required" : [
                  "terminal",
                  "paired",
                  "online",
                  "submit"
                ],
                "type" : "object"
              },
              "Time" : {
                "format" : "date-time",
                "type" : "string"
              },
              "Transaction" : {
                "properties" : {
                  "amount" : {
                    "$ref" : "#/components/schemas/Amount",
                    "description" : "The merchant's sum, once it is agreed on."
                  },
                  "cancelRequested" : {
                    "description" : "Whether it was canceled before the outcome. Absent if not.",
                    "type" : "boolean"
                  },
                  "deviceReason" : {
                    "$ref" : "#/components/schemas/Identifier",
                    "description" : "Why the terminal or POS refused, in its own word."
                  },
                  "hopStamps" : {
                    "description" : "The stamps of the stations on the way, at most 64.",
                    "items" : {
                      "$ref" : "#/components/schemas/HopStamp"
                    },
                    "type" : "array"
                  },
                  "id" : {
                    "$ref" : "#/components/schemas/TransactionID"
                  },
                  "outcome" : {
                    "$ref" : "#/components/schemas/Outcome"
                  },
                  "reconcile" : {
                    "description" : "Marks that a person of the shop has to close. The outcome stays as it is.",
                    "items" : {
                      "enum" : [
                        "handedOverMaybe",
                        "enteredOutOfTurn",
                        "contradictingAnswer",
                        "reversalRefused",
                        "restoredFromBackup"
                      ],
                      "type" : "string"
                    },
                    "type" : "array"
                  },
                  "sent" : {
                    "$ref" : "#/components/schemas/Certainty"
                  },
                  "state" : {
                    "description" : "`pendingCustomer`: the destination asks its customer. `unknown`: the destination was asked and has not answered;\nthe relay goes on to find out. `reversing`: the destination is told to take it back. `ended`: `outcome` is there and never changes.\n",
                    "enum" : [
                      "accepted",
                      "commanded",
                      "authorizing",
                      "pendingCustomer",
                      "unknown",
                      "reversing",
                      "ended"
                    ],
                    "type" : "string"
                  },
                  "text" : {
                    "description" : "What the destination says of a reversal that it refuses. To be shown as it is.",
                    "maxLength" : 140,
                    "minLength" : 1,
                    "type" : "string"
                  },
                  "version" : {
                    "description" : "Grows with each change.",
                    "minimum" : 0,
                    "type" : "integer"
                  }
                },
                "required" : [
                  "id",
                  "state",
                  "sent",
                  "hopStamps",
                  "version"
                ],
                "type" : "object"
              },
              "TransactionID" : {
                "description" : "A UUID (version 7) and the number of the journal that holds it.",
                "pattern" : "^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\\.[0-9]{1,2}$",
                "type" : "string"
              }
            }
          },
          "info" : {
            "description" : "A phone reads a relay terminal's tag, and submits a one-time payment code or a membership ID for it. The relay passes\nit on through the terminal or the shop's POS and answers with the outcome.\n\nRepeat an unanswered request **under the same `Idempotency-Key`**: a key is carried out at most once. It is\nremembered for at least 24 hours. After that, look up the transaction (`GET`) instead of repeating.\n\nThe relay does not authenticate phones. Anyone who reaches this API can submit, and anyone who knows a transaction's ID\ncan read and cancel it.\n\nHTTP/1.1 as in RFC 9112: one `Host`, one `Content-Length` or `Transfer-Encoding: chunked`, a head of at most 8,192\nbytes. A request that two servers could read differently is refused (400) and the connection closed. Paths may end with\none slash, and may percent-encode characters that do not need it; a query is ignored. White space around a\nheader field's value is ignored.\n\nThe API is for applications and their servers. It sends no CORS headers and answers no preflight, so a browser lets no\npage of another origin read it; a web application calls it through a server of its own origin.\n\nTimes are RFC 3339 with milliseconds, amounts are whole numbers of the smallest unit. Fields may be added to responses,\nand values to the enumerations of `deviceReason` and an outcome's `reason`: ignore unknown ones.\n",
            "summary" : "Hands a payment code or a membership ID from a phone to a shop's relay terminal.",
            "title" : "Baton, the phones' API",
            "version" : "1.0.0"
          },
          "openapi" : "3.1.0",
          "paths" : {
            "/openapi.json" : {
              "get" : {
                "operationId" : "getDocument",
                "responses" : {
                  "200" : {
                    "content" : {
                      "application/json" : {
                        "schema" : {
                          "type" : "object"
                        }
                      }
                    },
                    "description" : "This document as JSON."
                  }
                },
                "summary" : "This document."
              }
            },
            "/t/{terminal}" : {
              "get" : {
                "description" : "A terminal's ID is public and grants nothing. Browsers, which accept `text/html`, get a page for people. A tag may\nhave its scheme in capitals, and a query of its own, such as an NFC tag's `?uid=…`: both are ignored.\n",
                "operationId" : "getTerminal",
                "parameters" : [
                  {
                    "in" : "path",
                    "name" : "terminal",
                    "required" : true,
                    "schema" : {
                      "$ref" : "#/components/schemas/Identifier"
                    }
                  }
                ],
                "responses" : {
                  "200" : {
                    "content" : {
                      "application/json" : {
                        "schema" : {
                          "$ref" : "#/components/schemas/Terminal"
                        }
                      },
                      "text/html" : {
                        "schema" : {
                          "type" : "string"
                        }
                      }
                    },
                    "description" : "The terminal."
                  },
                  "404" : {
                    "$ref" : "#/components/responses/Problem"
                  },
                  "500" : {
                    "$ref" : "#/components/responses/Problem"
                  },
                  "503" : {
                    "$ref" : "#/components/responses/Unavailable"
                  }
                },
                "summary" : "The address in a terminal's tag or QR code."
              }
            },
            "/v1/transactions" : {
              "post" : {
                "operationId" : "submitTransaction",
                "parameters" : [
                  {
                    "description" : "Made by the phone, such as a UUID; the same with each repeat. Keys of different applications and terminals are\nindependent. May be quoted. More than one header field, even with equal values, is refused.\n",
                    "in" : "header",
                    "name" : "Idempotency-Key",
                    "required" : true,
                    "schema" : {
                      "$ref" : "#/components/schemas/Identifier"
                    }
                  },
                  {
                    "$ref" : "#/components/parameters/Prefer"
                  }
                ],
                "requestBody" : {
                  "content" : {
                    "application/json" : {
                      "examples" : {
                        "accrue" : {
                          "value" : {
                            "application" : "bakery-points",
                            "member" : "M-1001",
                            "operation" : "accrue",
                            "terminal" : "counter-1"
                          }
                        },
                        "payment" : {
                          "value" : {
                            "amount" : {
                              "currency" : "EUR",
                              "minorUnits" : 1250
                            },
                            "application" : "bakery-pay",
                            "code" : "99271828182845904523",
                            "codeExpiresAt" : "2026-11-22T10:16:24Z",
                            "operation" : "payment",
                            "terminal" : "counter-1"
                          }
                        }
                      },
                      "schema" : {
                        "$ref" : "#/components/schemas/Submission"
                      }
                    }
                  },
                  "description" : "At most 16,384 bytes, 64 fields in an object, each name once. Unknown fields are ignored; `null` is the same as absent.",
                  "required" : true
                },
                "responses" : {
                  "201" : {
                    "content" : {
                      "application/json" : {
                        "schema" : {
                          "$ref" : "#/components/schemas/Transaction"
                        }
                      }
                    },
                    "description" : "The transaction has its outcome, which may be a decline.",
                    "headers" : {
                      "Location" : {
                        "$ref" : "#/components/headers/Location"
                      },
                      "Preference-Applied" : {
                        "$ref" : "#/components/headers/Preference-Applied"
                      }
                    }
                  },
                  "202" : {
                    "content" : {
                      "application/json" : {
                        "schema" : {
                          "$ref" : "#/components/schemas/Transaction"
                        }
                      }
                    },
                    "description" : "Accepted, without an outcome yet. Get `Location`, or follow its `/events`.",
                    "headers" : {
                      "Location" : {
                        "$ref" : "#/components/headers/Location"
                      },
                      "Preference-Applied" : {
                        "$ref" : "#/components/headers/Preference-Applied"
                      }
                    }
                  },
                  "400" : {
                    "$ref" : "#/components/responses/Problem"
                  },
                  "404" : {
                    "$ref" : "#/components/responses/Problem"
                  },
                  "409" : {
                    "$ref" : "#/components/responses/Problem"
                  },
                  "410" : {
                    "$ref" : "#/components/responses/Problem"
                  },
                  "413" : {
                    "$ref" : "#/components/responses/Problem"
                  },
                  "422" : {
                    "$ref" : "#/components/responses/Problem"
                  },
                  "500" : {
                    "$ref" : "#/components/responses/Problem"
                  },
                  "503" : {
                    "$ref" : "#/components/responses/Unavailable"
                  }
                },
                "summary" : "Submit a code or a membership ID."
              }
            },
            "/v1/transactions/{id}" : {
              "get" : {
                "operationId" : "getTransaction",
                "parameters" : [
                  {
                    "$ref" : "#/components/parameters/Transaction"
                  },
                  {
                    "$ref" : "#/components/parameters/Prefer"
                  }
                ],
                "responses" : {
                  "200" : {
                    "content" : {
                      "application/json" : {
                        "schema" : {
                          "$ref" : "#/components/schemas/Transaction"
                        }
                      }
                    },
                    "description" : "The transaction as it is now, or at the end of the wait.",
                    "headers" : {
                      "Preference-Applied" : {
                        "$ref" : "#/components/headers/Preference-Applied"
                      }
                    }
                  },
                  "404" : {
                    "$ref" : "#/components/responses/Problem"
                  },
                  "500" : {
                    "$ref" : "#/components/responses/Problem"
                  },
                  "503" : {
                    "$ref" : "#/components/responses/Unavailable"
                  }
                },
                "summary" : "What is certain about a transaction."
              }
            },
            "/v1/transactions/{id}/cancel" : {
              "post" : {
                "description" : "Ends the transaction if the destination has not been asked; otherwise the relay tells the destination to reverse it,\nand the outcome becomes `reversed`. A POS that has begun may still carry it out: then its result counts. The same\ncancel may be repeated.\n",
                "operationId" : "cancelTransaction",
                "parameters" : [
                  {
                    "$ref" : "#/components/parameters/Transaction"
                  },
                  {
                    "$ref" : "#/components/parameters/Prefer"
                  }
                ],
                "responses" : {
                  "200" : {
                    "content" : {
                      "application/json" : {
                        "schema" : {
                          "$ref" : "#/components/schemas/Transaction"
                        }
                      }
                    },
                    "description" : "The transaction has its outcome. Check it, because the cancel may have reached the POS too late.",
                    "headers" : {
                      "Preference-Applied" : {
                        "$ref" : "#/components/headers/Preference-Applied"
                      }
                    }
                  },
                  "202" : {
                    "content" : {
                      "application/json" : {
                        "schema" : {
                          "$ref" : "#/components/schemas/Transaction"
                        }
                      }
                    },
                    "description" : "The cancellation is recorded, without an outcome yet.",
                    "headers" : {
                      "Preference-Applied" : {
                        "$ref" : "#/components/headers/Preference-Applied"
                      }
                    }
                  },
                  "404" : {
                    "$ref" : "#/components/responses/Problem"
                  },
                  "409" : {
                    "$ref" : "#/components/responses/Problem"
                  },
                  "500" : {
                    "$ref" : "#/components/responses/Problem"
                  },
                  "503" : {
                    "$ref" : "#/components/responses/Unavailable"
                  }
                },
                "summary" : "Cancel a transaction."
              }
            },
            "/v1/transactions/{id}/events" : {
              "get" : {
                "description" : "Each event's `data` is a `Transaction`, and its `id` the transaction's `version`. If the version jumps, changes\nwere left out. The stream ends after the outcome, or when the relay's process ends: connect again. With\n`Last-Event-ID`, as browsers send it, only newer versions are sent.\n",
                "operationId" : "followTransaction",
                "parameters" : [
                  {
                    "$ref" : "#/components/parameters/Transaction"
                  },
                  {
                    "in" : "header",
                    "name" : "Last-Event-ID",
                    "schema" : {
                      "pattern" : "^[0-9]{1,20}$",
                      "type" : "string"
                    }
                  }
                ],
                "responses" : {
                  "200" : {
                    "content" : {
                      "text/event-stream" : {
                        "schema" : {
                          "type" : "string"
                        }
                      }
                    },
                    "description" : "The stream."
                  },
                  "204" : {
                    "description" : "The version of `Last-Event-ID` has the outcome. Do not reconnect."
                  },
                  "404" : {
                    "$ref" : "#/components/responses/Problem"
                  },
                  "500" : {
                    "$ref" : "#/components/responses/Problem"
                  },
                  "503" : {
                    "$ref" : "#/components/responses/Unavailable"
                  }
                },
                "summary" : "A transaction's changes until its outcome, as server-sent events."
              }
            }
          },
          "servers" : [
            {
              "url" : "/"
            }
          ]
        }
        """#
}
