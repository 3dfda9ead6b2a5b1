"""How a campaign begins: from nothing, from a starter, or from the texts of another campaign.

what was typed (`form`) ─► as a content file would say it (`given`) ─► the rules ─► `saving` ─► a draft
                                    ▲
                  texts it begins from (`starts`)
"""
