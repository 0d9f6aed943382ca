"""The page at ``/``: what the sandbox holds, for a person's eyes."""

from flask import Blueprint, Response, render_template_string, request

from ..day.reference import STATUS_NAMES
from .account import this_account

page = Blueprint("mintsoft_sandbox_page", __name__)
ROWS = 200

PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Mintsoft sandbox</title>
<style>
  body { font: 15px/1.4 system-ui, sans-serif; margin: 2rem; }
  table { border-collapse: collapse; }
  th, td { text-align: left; padding: .2rem .8rem .2rem 0; border-bottom: 1px solid #ddd; }
  .number { text-align: right; }
</style>
<h1>Mintsoft sandbox</h1>
<p>{{ total }} orders, newest first. This is a simulation: nothing here is real.</p>
<table>
  <caption>Page {{ number }} of {{ pages }}</caption>
  <thead><tr>
    <th>ID</th><th>Order number</th><th>Status</th><th>Client</th><th>Channel</th>
    <th>Despatched</th><th>Last updated</th><th>Total</th><th>Tags</th>
  </tr></thead>
  <tbody>
  {% for row in rows %}
    <tr>
      <td>{{ row.ID }}</td><td>{{ row.OrderNumber }}</td>
      <td>{{ names.get(row.OrderStatusId, row.OrderStatusId) }}</td>
      <td>{{ row.CLIENT_CODE }}</td><td>{{ (row.Channel or {}).Name or "" }}</td>
      <td>{{ (row.DespatchDate or "")[:16] }}</td><td>{{ (row.LastUpdated or "")[:19] }}</td>
      <td class="number">{{ "%.2f"|format(row.TotalOrderGross or 0) }}
        {{ (row.Currency or {}).Code }}</td>
      <td>{{ row.Tags or "" }}</td>
    </tr>
  {% endfor %}
  </tbody>
</table>
<p>
  {% if number > 1 %}<a href="?page={{ number - 1 }}">Newer orders</a>{% endif %}
  {% if number < pages %}<a href="?page={{ number + 1 }}">Older orders</a>{% endif %}
</p>
</html>
"""


@page.get("/")
def orders() -> Response:
    """All orders with status, total and tags; escaped, without script."""
    rows = this_account().all_orders()[::-1]
    pages = max(1, -(-len(rows) // ROWS))
    number = min(max(request.args.get("page", 1, type=int), 1), pages)
    html = render_template_string(
        PAGE,
        rows=rows[(number - 1) * ROWS : number * ROWS],
        total=len(rows),
        number=number,
        pages=pages,
        names=STATUS_NAMES,
    )
    policy = {"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'"}
    return Response(html, headers=policy)
