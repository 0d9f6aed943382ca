"""The templates of the pages for people."""

from ...frame import frame

_STYLE = """header a.here { text-decoration: underline; }
th, td { vertical-align: top; }
.totals { margin: .5rem 0 0 auto; width: max-content; max-width: 100%; }
tr.VOIDED, tr.DELETED, tr.ARCHIVED { color: #888; text-decoration: line-through; }
button, input { font: inherit; padding: .3rem .8rem; }
button { padding: .5rem 1.5rem; }
.sheet { border: 1px solid #8886; box-shadow: 0 1px 6px #8884; padding: 1.5rem; }
.top { display: flex; flex-wrap: wrap; gap: 1rem 3rem; justify-content: space-between; }
.top h1 { margin: 0; }
.party { white-space: pre-line; }
.stamp { border: 3px solid; border-radius: .4rem; color: #357abd; font-size: 1.3rem;
 font-weight: bold; height: max-content; letter-spacing: .1em; padding: .1rem .8rem;
 transform: rotate(-4deg); }
.stamp.PAID { color: #2e8b57; }
.stamp.DRAFT, .stamp.SUBMITTED { color: #888; }
.stamp.VOIDED, .stamp.DELETED, .stamp.ARCHIVED, .stamp.DECLINED { color: #c0392b; }
dl { display: grid; gap: .2rem 1rem; grid-template-columns: max-content 1fr; }
dt { color: #888; } dd { margin: 0; overflow-wrap: anywhere; }
@media (max-width: 40rem) { .sheet { padding: .7rem; } th, td { padding: .3rem; } }
"""

_HEADER = """<a href="/"><b>Xero sandbox</b></a>
{% for name, link, here in nav %}<a href="{{ link }}"{% if here %} class="here"{% endif %}>
{{- name }}</a> {% endfor %}"""

FRAME = frame(colour="#0b6e99", style=_STYLE, header=_HEADER)

LIST = """
<h1>{{ section.title }} of {{ tenant.organisation.Name }}</h1>
{% if organisations|length > 1 %}<p>Organisations:
{% for each in organisations %}
<a href="{{ link_to(section, each) }}">{{ each.organisation.Name }}</a>
({{ each.organisation.CountryCode }}){% if not loop.last %},{% endif %}
{% endfor %}</p>{% endif %}
<form><input type="hidden" name="organisation" value="{{ tenant.id }}">
<input name="number" value="{{ term }}" aria-label="Number, name or reference"
placeholder="{{ section.searched[0] }}"> <button>Search</button></form>
<p>{{ count }} found, newest first. This is a simulation: nothing here is real
{%- if pages > 1 %}; page {{ number }} of {{ pages }}{% endif %}.
{% if number > 1 %}<a href="{{ link_to(section, tenant, term, number - 1) }}">Newer</a>{% endif %}
{% if number < pages %}<a href="{{ link_to(section, tenant, term, number + 1) }}">Older</a>
{% endif %}</p>
<div class="wide"><table>
<tr>{% for column in section.columns %}<th{% if column.number %} class="n"{% endif %}>
{{- column.name }}{% endfor %}
{% for row in rows %}
<tr class="{{ row.get(section.status, "") }}">
{% for column in section.columns %}
<td{% if column.number %} class="n"{% endif %}>{% if loop.first -%}
<a href="/{{ section.one }}/{{ row[section.id_name] }}">{{ column.of(tenant, row) or "(none)" }}</a>
{%- else %}{{ column.of(tenant, row) }}{% endif %}
{% endfor %}
{% endfor %}
</table></div>
"""

_HISTORY = """
<h2>History</h2>
<ul>{% for note in history %}<li>{{ note.DateUTCString[:16]|replace("T", " ") }} {{ note.User }}:
{{ note.Changes }}{% if note.Details %}, {{ note.Details }}{% endif %}</li>
{% else %}<li>Nothing yet.</li>{% endfor %}</ul>
"""

SHEET = (
    """
<div class="sheet">
<div class="top"><div><h1>{{ sheet.title }} {{ sheet.number }}</h1>
<p class="party"><b>{{ sheet.sender.name }}</b>
{{ sheet.sender.details }}</p></div>
<div class="stamp {{ row.Status }}">{{ row.Status }}</div></div>
<div class="top"><p class="party">To <b>{{ sheet.receiver.name }}</b>
{{ sheet.receiver.details }}</p>
<dl>{% for name, text in sheet.facts %}<dt>{{ name }}<dd>{{ text }}{% endfor %}</dl></div>
<div class="wide"><table>
<tr><th>Item<th>Description<th class="n">Quantity<th class="n">Price<th class="n">Discount
<th>Account<th>Tax<th class="n">Tax amount<th class="n">Amount {{ row.CurrencyCode }}
{% for line in row.LineItems %}
<tr><td>{{ line.ItemCode or "" }}<td>{{ line.Description or "" }}
{%- for one in line.Tracking or () %}<br><small>{{ one.Name }}: {{ one.Option }}</small>{% endfor %}
<td class="n">{{ line.Quantity or "" }}<td class="n">{{ line.UnitAmount or "" }}
<td class="n">{% if line.DiscountRate %}{{ line.DiscountRate }}%
{%- elif line.DiscountAmount %}{{ line.DiscountAmount }}{% endif %}
<td>{{ line.AccountCode or "" }}<td>{{ line.TaxType or "" }}
<td class="n">{{ line.TaxAmount }}<td class="n">{{ line.LineAmount }}
{% endfor %}
</table></div>
<table class="totals">
{% for name, amount, strong in sheet.totals %}
<tr><td>{% if strong %}<b>{{ name }}</b>{% else %}{{ name }}{% endif %}
<td class="n">{% if strong %}<b>{{ amount }}</b>{% else %}{{ amount }}{% endif %}
{% endfor %}
</table>
</div>
"""
    + _HISTORY
)

CARD = (
    """
<div class="sheet">
<div class="top"><h1>{{ heading }}</h1>
{% if stamp %}<div class="stamp {{ stamp }}">{{ stamp }}</div>{% endif %}</div>
<dl>{% for name, text, link in facts %}<dt>{{ name }}<dd>
{%- if link %}<a href="{{ link }}">{{ text }}</a>{% else %}{{ text }}{% endif %}{% endfor %}</dl>
</div>
"""
    + _HISTORY
)
