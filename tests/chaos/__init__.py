"""Chaos: orders are exported while everything fails, is killed and is edited; then it is judged.

    weather.py   what goes wrong, and when: drawn from a seed
    world.py     the simulators, the broker, the database and the workers, each a process to kill
    run.py       one run: begin -> storm -> calm -> settle -> judge
    truth.py     from Mintsoft's own JSON: which orders belong into Xero, and at which total
    judge.py     from Xero's own documents and the ledger's states: what is wrong, in sentences

`python -m mintsoft_xero.tests.chaos --runs 20 --orders 500 --seed 1`. Nothing here may import
what is under test to judge it: truth and judge read raw JSON, and know no rule of the product.
"""
