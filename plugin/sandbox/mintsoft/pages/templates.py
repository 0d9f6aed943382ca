"""The templates of the pages for people."""

from ...frame import frame

FRAME = frame(
    colour="#2c6e49",
    style=".CANCELLED { color: #888; text-decoration: line-through; }\n",
    header="""<a href="/"><b>Mintsoft sandbox</b></a> <a href="/">Orders</a>
<a href="/asns">ASNs</a> <a href="/products">Products</a>
<a href="/invoices">Client invoices</a>""",
)

_PAGES = """{% if pages > 1 %}; page {{ number }} of {{ pages }}{% endif %}.
{% if number > 1 %}<a href="?page={{ number - 1 }}">Back</a>{% endif %}
{% if number < pages %}<a href="?page={{ number + 1 }}">Further</a>{% endif %}</p>
"""

LIST = (
    """
<h1>Orders</h1>
<p>{{ count }} orders, newest first. This is a simulation: nothing here is real"""
    + _PAGES
    + """
<div class="wide"><table>
<tr><th>ID<th>Order number<th>Status<th>Client<th>Channel<th>Despatched<th>Last updated
<th class="n">Total<th>Tags
{% for row in rows %}
{% set status = names.get(row.OrderStatusId, row.OrderStatusId) %}
<tr class="{{ status }}">
<td><a href="/order/{{ row.ID }}">{{ row.ID }}</a><td>{{ row.OrderNumber }}<td>{{ status }}
<td>{{ row.CLIENT_CODE }}<td>{{ (row.Channel or {}).Name or "" }}
<td>{{ (row.DespatchDate or "")[:16] }}<td>{{ (row.LastUpdated or "")[:19] }}
<td class="n">{{ "%.2f"|format(row.TotalOrderGross or 0) }} {{ (row.Currency or {}).Code }}
<td>{{ row.Tags or "" }}
{% endfor %}
</table></div>
"""
)

ORDER = """
{% set status = names.get(order.OrderStatusId, order.OrderStatusId) %}
<h1 class="{{ status }}">Order {{ order.OrderNumber }}</h1>
<p>ID {{ order.ID }}, for client <b>{{ order.CLIENT_CODE }}</b>, from
{{ (order.Channel or {}).Name or "no channel" }}. Status <b>{{ status }}</b>.
Ordered {{ (order.OrderDate or "")[:16] }}, despatched
{{ (order.DespatchDate or "(not yet)")[:16] }} by {{ order.CourierServiceName }},
tracking number {{ order.TrackingNumber or "(none)" }}.
Reference {{ order.ExternalOrderReference or "(none)" }}. Part {{ order.Part }} of
{{ order.NumberOfParts }}. Tags: {{ order.Tags or "(none)" }}.</p>
<p>To {{ order.FirstName or "" }} {{ order.LastName or "" }}
{% if order.CompanyName %}, <b>{{ order.CompanyName }}</b>{% endif %}<br>
{{ order.Address1 or "" }}, {{ order.Town or "" }}, {{ order.PostCode or "" }},
{{ (order.Country or {}).Name or "" }}{% if order.PIIRemoved %} (data removed){% endif %}</p>
<div class="wide"><table>
<tr><th>SKU<th>Details<th class="n">Quantity<th class="n">Price<th class="n">VAT %
<th class="n">Discount<th class="n">Net<th class="n">VAT
{% for item in order.OrderItems or [] %}
<tr><td>{{ item.SKU }}<td>{{ item.Details or "" }}<td class="n">{{ item.Quantity }}
<td class="n">{{ item.PriceNet }}<td class="n">{{ "" if item.TaxRate is none else item.TaxRate }}
<td class="n">{{ item.DiscountNet or "" }}<td class="n">{{ "%.2f"|format(item.NetPaid or 0) }}
<td class="n">{{ "%.2f"|format(item.TaxPaid or 0) }}
{% endfor %}
{% for name, net, tax in [
  ("Shipping", order.ShippingNet, order.ShippingTax),
  ("Discount on the order", order.DiscountNet, order.DiscountTax),
  ("All", order.TotalOrderNet, order.TotalOrderTax)] %}
<tr><td colspan="6" class="n">{{ name }}<td class="n">{{ "%.2f"|format(net or 0) }}
<td class="n">{{ "%.2f"|format(tax or 0) }}
{% endfor %}
<tr><td colspan="6" class="n"><b>Total {{ (order.Currency or {}).Code }}</b>
<td class="n" colspan="2"><b>{{ "%.2f"|format(order.TotalOrderGross or 0) }}</b>
</table></div>
<h2>Statuses</h2>
<ul>{% for name, when, who in history %}<li>{{ name }}, {{ when }} ({{ who }})</li>{% endfor %}</ul>
<h2>Comments</h2>
<ul>{% for one in comments %}<li>{{ one.LastUpdated[:19] }} {{ one.LastUpdatedByUser }}:
{{ one.Comment }}</li>{% else %}<li>No comments.</li>{% endfor %}</ul>
{% if splits %}<h2>Split off</h2>
<ul>{% for one in splits %}<li><a href="/order/{{ one.SplitOrderId }}">{{ one.SplitOrderId }}</a>
</li>{% endfor %}</ul>{% endif %}
{% if documents %}<h2>Documents</h2>
<ul>{% for one in documents %}<li>{{ one.FileName }}</li>{% endfor %}</ul>{% endif %}
{% if connect_actions %}<h2>Connect actions</h2>
<ul>{% for one in connect_actions %}<li>{{ one.Type }} {{ one.ExtraCode1 or "" }}</li>
{% endfor %}</ul>{% endif %}
"""

ASNS = (
    """
<h1>ASNs</h1>
<p>{{ count }} advanced shipping notices, newest first"""
    + _PAGES
    + """
<div class="wide"><table>
<tr><th>ID<th>PO reference<th>Supplier<th>Client<th>Status<th>Expected<th>Booked in
<th class="n">Packages
{% for row in rows %}
<tr><td><a href="/asn/{{ row.ID }}">{{ row.ID }}</a><td>{{ row.POReference or "" }}
<td>{{ row.Supplier or "" }}<td>{{ row.CLIENTSHORTNAME }}<td>{{ names[row.ASNStatusId] }}
<td>{{ (row.EstimatedDelivery or "")[:10] }}<td>{{ (row.BookedInDate or "")[:16] }}
<td class="n">{{ row.Quantity }} {{ row.GoodsInType or "" }}
{% endfor %}
</table></div>
"""
)

ASN = """
<h1>ASN {{ asn.ID }}</h1>
<p>Purchase order {{ asn.POReference or "(none)" }} from {{ asn.Supplier or "(unknown)" }} for
client <b>{{ asn.CLIENTSHORTNAME }}</b>. Status <b>{{ names[asn.ASNStatusId] }}</b>.
{{ asn.Quantity }} {{ asn.GoodsInType or "packages" }}, expected
{{ (asn.EstimatedDelivery or "(no date)")[:10] }}. {{ asn.Comments or "" }}</p>
<div class="wide"><table>
<tr><th>SKU<th>Name<th class="n">Expected<th class="n">Received<th class="n">Booked<th>Source line
{% for item in asn["Items"] %}
<tr><td>{{ item.SKU }}<td>{{ item.NAME }}<td class="n">{{ item.QuantityExpected }}
<td class="n">{{ item.QuantityReceieved }}<td class="n">{{ item.QuantityBooked }}
<td>{{ item.SourceLineId or "" }}
{% endfor %}
</table></div>
"""

PRODUCTS = (
    """
<h1>Products</h1>
<p>{{ count }} products"""
    + _PAGES
    + """
<div class="wide"><table>
<tr><th>ID<th>SKU<th>Name<th>EAN<th class="n">Price<th class="n">Free
{% for row in rows %}
<tr><td>{{ row.ID }}<td>{{ row.SKU }}<td>{{ row.Name or "" }}<td>{{ row.EAN or "" }}
<td class="n">{{ row.Price }}<td class="n">{{ stock.get(row.ID, "(no record)") }}
{% endfor %}
</table></div>
"""
)

INVOICES = (
    """
<h1>Client invoices</h1>
<p>{{ count }} confirmed invoices, newest first; without VAT"""
    + _PAGES
    + """
<div class="wide"><table>
<tr><th>ID<th>Name<th>Client<th>Date<th class="n">Parcels<th class="n">Sum
{% for row in rows %}
<tr><td><a href="/invoice/{{ row.ID }}">{{ row.ID }}</a><td>{{ row.Name }}
<td>{{ clients.get(row.ClientId, "") }}<td>{{ row.Date[:10] }}
<td class="n">{{ row.NumberOfParcels }}<td class="n">{{ "%.2f"|format(row.Total) }}
{% endfor %}
</table></div>
"""
)

INVOICE = """
<h1>Invoice {{ invoice.Name }}</h1>
<p>To client <b>{{ client }}</b>, {{ invoice.Date[:10] }}: {{ invoice.NumberOfParcels }} parcels,
{{ invoice.NumberOfItems }} items.</p>
<div class="wide"><table>
{% for name, cost in costs %}{% if cost %}
<tr><td>{{ name }}<td class="n">{{ "%.2f"|format(cost) }}
{% endif %}{% endfor %}
<tr><td><b>Sum without VAT</b><td class="n"><b>{{ "%.2f"|format(total) }}</b>
</table></div>
<h2>Orders</h2>
<div class="wide"><table>
<tr><th>Order<th>Charged<th class="n">Picking<th class="n">Postage<th class="n">VAT-free postage
<th class="n">Total
{% for row in charges %}
<tr><td><a href="/order/{{ row.OrderId }}">{{ row.OrderId }}</a><td>{{ row.InvoiceDate[:16] }}
<td class="n">{{ "%.2f"|format(row.TotalPickingCost) }}
<td class="n">{{ "%.2f"|format(row.PostageCost) }}
<td class="n">{{ "%.2f"|format(row.VatFreePostageCost) }}
<td class="n">{{ "%.2f"|format(row.TotalCost) }}
{% endfor %}
</table></div>
"""
