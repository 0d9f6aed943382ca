"""The fleet: twenty connections on one worker, among disconnections, outages and lost answers.

    members.py     who they are: accounts, clients, channels, warehouses, organisations, grants
    account.py     one Mintsoft account, and what people do in it
    sandboxes.py   several Mintsoft accounts behind one address, and one Xero of many organisations
    accountant.py  what people type into Xero, to be imported
    office.py      the people: they connect, disconnect, reconnect and ask for runs
    storm.py       what happens meanwhile, drawn from a seed
    run.py         one run: connect -> storm -> calm -> settle -> judge
    judge.py       from the simulators' own documents: what is wrong, in sentences; imported.py:
                   the same for what came from Xero

`python -m mintsoft_xero.tests.fleet --syncs 1000 --seed 1`. The judge reads raw JSON alone, and
knows no rule of the product; the processes, the clock and the truth of an order are chaos's.
"""
