"""Mails that are put together from what real mails are made of: 10 frames of builders and of hands, 15 occasions in
seven languages, styles, data for machines, the syntax of other senders' templates, links and footers.

Every mail takes another choice of each, and the same number gives the same mail.
"""
# ruff: noqa: E501 – builders of mails write long lines

from collections.abc import Iterator

GREETINGS = [
    "Hello {var=contact.first_name},",
    "Bonjour {var=contact.first_name},",
    "Guten Tag {var=contact.first_name},",
    "¡Hola, {var=contact.first_name}!",
    "مرحبًا {var=contact.first_name}،",
    "{var=contact.first_name} 様",
    "Dzień dobry, {var=contact.first_name}!",
]

OCCASIONS = {
    "order confirmation": (
        "Order {var=metaData.order_number} is confirmed",
        "We are packing 2 &times; mug {blue}, 1 &times; tray {oak}. Total: {var=metaData.total} EUR.",
    ),
    "newsletter": (
        "Les nouveautés de la semaine",
        "Trois recettes {sans four}, un entretien et l’agenda. Bonne lecture&nbsp;!",
    ),
    "abandoned cart": (
        "Ihr Warenkorb wartet",
        "Die Jacke {Größe M} ist nur noch zweimal da. Als Kundin der Stufe {var=LoyaltyAccount.tier} liefern wir frei.",
    ),
    "loyalty": (
        "{var=metaData.points_amount} puntos más",
        "Tu saldo es de {var=LoyaltyAccount.points_balance} puntos y tu nivel es {var=LoyaltyAccount.tier}.",
    ),
    "invoice": (
        "فاتورة رقم {var=metaData.invoice_number}",
        "المبلغ المستحق: <b dir=ltr>{var=metaData.amount}</b> قبل نهاية الشهر {١٤ يومًا}.",
    ),
    "password reset": (
        "パスワードの再設定",
        "下のボタンから新しいパスワードを設定してください。リンクは｛３０分間｝有効です。",
    ),
    "survey": (
        "Jak było?",
        "Oceń wizytę w salonie {Centrum} w skali 1–10. Twój opiekun: {var=Attribution.responsable.first_name}.",
    ),
    "appointment": (
        "See you on {var=metaData.date}",
        "Please bring {var=Pet.name} and the vaccination pass [blue or green]. Parking: {free}.",
    ),
    "shipping": (
        "Votre colis est en route",
        "Suivi n°&nbsp;{var=metaData.tracking_number}, chez vous mardi {avant midi}. Une question&nbsp;? "
        "{var=Attribution.responsable.phone}",
    ),
    "review request": (
        "Wie gefällt Ihnen der Sessel?",
        "Zwei Sätze genügen {ehrlich}. Als Dank gibt es 50 Punkte zu Ihren {var=LoyaltyAccount.points_balance}.",
    ),
    "birthday": ("Happy birthday!", "A small gift is waiting: {GIFT-2027}. Valid for 30 days, once {per person}."),
    "price alert": ("Bajó de precio", "De 129,00 € a 99,00 € {-23 %}. Solo hasta el domingo a las 23:59."),
    "back in stock": (
        "再入荷のお知らせ",
        "「{商品}」が再入荷しました。ポイント残高：{var=LoyaltyAccount.points_balance}",
    ),
    "renewal": ("Twoja subskrypcja", "Plan {Premium} odnowi się automatycznie. Opłata: {var=metaData.amount} zł."),
    "invitation": (
        "You are invited",
        "Thursday, 19:00, {second floor}. Reply to {var=Attribution.responsable.email} by Monday.",
    ),
}

STYLES = [
    "body{margin:0}td{padding:0}@media only screen and (max-width:480px){.c{width:100%!important}td.stack{display:block}}",
    "@font-face{font-family:'Inter';font-weight:100 900;src:url('https://fonts.example/i.woff2')format('woff2')}"
    "p{font-family:'Inter',sans-serif}",
    "@keyframes pulse{0%{opacity:1}50%{opacity:.4}100%{opacity:1}}.dot{animation:pulse 2s infinite}",
    ":root{--ink:#123;--gap:calc(4px + 1vw);color-scheme:light dark}@media (prefers-color-scheme:dark){:root{--ink:#def}}"
    "p{color:var(--ink,{black})}",
    "#outlook a{padding:0}.ExternalClass{width:100%}.ExternalClass,.ExternalClass p{line-height:100%}"
    "[owa] .c{display:block!important}",
    "/* {no} rule here } */ a[href^='tel']{color:inherit}a[data-x=\"{y}\"]{top:0}.q::before{content:'{'}.q::after{content:\"}\"}",
    "@supports (display:grid) and (not (display:inline-grid)){.g{display:grid}}@layer a{.b{& .c{d:e}}}",
    "v\\:*{behavior:url(#default#VML)}o\\:*{behavior:url(#default#VML)}@page{size:A4}@media print{td.price{color:#000}}",
    "@import url(https://a.example/x.css);.variant{color:red}.var{font-style:italic}var{font-weight:400}",
    "table{mso-table-lspace:0pt;mso-table-rspace:0pt}\n\n@media screen{\n  .a {\n    vertical-align: top;\n  }\n}\n",
    "",
]

MACHINE_DATA = [
    "",
    '<script type="application/ld+json">{"@context":"http://schema.org","@type":"Order","orderNumber":'
    '"{var=metaData.order_number}","priceCurrency":"EUR","acceptedOffer":[{"@type":"Offer","price":"9.90"}]}</script>',
    '<script type="application/ld+json">\n{\n  "@context": "http://schema.org",\n  "@type": "FlightReservation",\n'
    '  "reservationFor": {"@type": "Flight", "airline": {"iataCode": "XY"}}\n}\n</script>',
    '<script type="application/ld+json">[{"@type":"Event","location":{"name":"Hall","geo":{"latitude":47.1}}}]</script>',
    '<script type="application/ld+json">{"@type":"EmailMessage","potentialAction":{"@type":"ConfirmAction","handler":'
    '{"@type":"HttpActionHandler","url":"https://a.example/{id}?x={shop.name}"}}}</script>',
    "<script>(function(w){var d=w.document;if(d){d.x}for(var i in w){w.y=i}var o={var:1,a:{b:2}};return o.a})(window)</script>",
    "<script>var s=`${user.name} ${var1}`; if(a){Var=b.c}\nfunction f(){ var x = 1 }</script>",
    "<!--[if gte mso 9]><xml><o:OfficeDocumentSettings><o:AllowPNG/></o:OfficeDocumentSettings></xml><![endif]-->",
    '<div itemscope itemtype="http://schema.org/ParcelDelivery"><meta itemprop="trackingNumber" content="{42}"></div>',
]

OTHER_LANGUAGES = [
    "",
    "{% if customer.tags contains 'vip' %}{{ customer.first_name | default: 'friend' }}{% endif %}{%- assign var = 1 -%}",
    "{{#if user.name}}{{user.name}}{{else}}you{{/if}}{{#each items}}{{this.title}}{{@index}}{{/each}}{{{html.raw}}}",
    "{% for o in orders|slice(0,3) %}{{ o.total|number_format(2) }}{{ loop.last ? '.' : ', ' }}{% endfor %}{# var #}",
    "*|IF:FNAME|* *|FNAME|* *|ELSE:|* friend *|END:IF|* *|MC:DATE|*",
    "%%[ VAR @a SET @a = AttributeValue('x') ]%% %%=v(@a)=%% %%emailaddr%%",
    "{{var order.increment_id}} {{trans \"Hi %n\" n=$customer.name}} {{depend x}}{{var this.getUrl($s,'a/b')}}{{/depend}}",
    '{{var:name:"you"}} [[var:name]] {% if var:tier == "gold" %}★{% endif %} {{data:x:""}}',
    "{$customer.name|escape} {if $var==1}a{/if} {assign var=x value=$y.z} {foreach from=$a item=var}{$var.b}{/foreach}",
    '${customer.name!"you"} <#if a.b??>x</#if> [#list x as y]${y.z}[/#list] $!{user.name} #{mail.title} *{a.b} @{/x/{id}}',
    "<%= user.name %> <% items.each { |item| %><%= item.price %><% } %> %{name} #{a.b}",
    "{!Contact.Name} $[FNAME]$ [%FIRSTNAME%] %FIRSTNAME% [PRENOM] ##name## {firstname} {unsubscribe_url} {{lead.First Name}}",
    "{count, plural, =0 {no items} one {# item} other {# items}} {gender, select, male {he} other {they}}",
]

LINKS = [
    "https://shop.example/?utm_source=mail&amp;utm_medium=email",
    "https://shop.example/p?id={var=metaData.product_id}&amp;c={var=contact.email}",
    "https://click.example/ls/click?upn=u001.-2BvaR-3D_7B7D&amp;r=%7B%22a%22%3A%7B%22var%22%3A1%7D%7D",
    "https://shop.example/?t=%7Bvar=LoyaltyAccount.tier%7D",
    "https://r.example/?u=https%3A%2F%2Fs.example%2F%3Fq%3D%257Bx%257D%26var%3Da.b",
    "https://ads.example/{lpurl}?c={campaignid}&amp;n=%7B%7Bcampaign.name%7D%7D&amp;x[var]=1",
    "mailto:shop@shop.example?subject=%7BOrder%7D%20100%25",
    "https://shop.example/#!/{view}/%7Bid%7D",
]

FOOTERS = [
    "Unsubscribe: https://shop.example/u/{id}",
    "© 2026 Kiosk SARL {capital 10 000 €}",
    "<p style='font-size:10px;mso-line-height-rule:exactly'>You get this mail since you are a customer.</p>",
    "<img src='https://px.example/o.gif?d=%7B%22id%22%3A7%7D' width=1 height=1 alt=''>",
    "{widget.social_links}",
    '<span style="display:none;white-space:nowrap">&nbsp;&zwnj;&#847;&shy;&#8203;\u200c\u00ad</span>',
    "{integration.legal_notice}",
]


def mails(count: int) -> Iterator[tuple[str, str]]:
    """Names and texts of that many mails."""
    occasions = list(OCCASIONS)
    for number in range(count):
        occasion = occasions[number % len(occasions)]
        frame = FRAMES[(number // len(occasions) + number) % len(FRAMES)]
        yield f"{number:03d} {occasion} ({frame.__name__})", frame(*OCCASIONS[occasion], _choices(number))


def _choices(number: int) -> dict[str, str]:
    """One of each block. The lengths of the lists have few common divisors, so few mails share two of them."""
    blocks = {
        "greeting": GREETINGS,
        "style": STYLES,
        "data": MACHINE_DATA,
        "other": OTHER_LANGUAGES,
        "link": LINKS,
        "footer": FOOTERS,
    }
    return {name: choices[(number * 5 + number // 7) % len(choices)] for name, choices in blocks.items()}


def mjml(title: str, text: str, of: dict[str, str]) -> str:
    """As its compiler writes it."""
    return f"""<!doctype html><html xmlns="http://www.w3.org/1999/xhtml" xmlns:v="urn:schemas-microsoft-com:vml">
<head><title>{title}</title><!--[if !mso]><!--><meta http-equiv="X-UA-Compatible" content="IE=edge"><!--<![endif]-->
<style type="text/css">#outlook a {{ padding:0; }} p {{ display:block;margin:13px 0; }}</style><!--[if lte mso 11]>
<style type="text/css">.mj-outlook-group-fix {{ width:100% !important; }}</style><![endif]--><style>{of["style"]}</style>
{of["data"]}</head><body style="word-spacing:normal;"><div style="background:#eee" role="article">
<!--[if mso | IE]><table align="center" style="width:600px;"><tr><td style="line-height:0px;"><v:rect fill="true">
<v:fill src="https://cdn.example/a.jpg" type="frame" size="1,1" /><v:textbox inset="0,0,0,0"><![endif]-->
<div class="mj-column-per-100" style="font-size:0px;text-align:left;"><table role="presentation"><tbody><tr>
<td style="font-size:0px;padding:10px 25px;word-break:break-word;"><div style="font-size:20px;">{of["greeting"]}</div>
<div>{text}</div><div>{of["other"]}</div><a href="{of["link"]}" style="display:inline-block;"> {title} </a></td>
</tr></tbody></table></div><!--[if mso | IE]></v:textbox></v:rect></td></tr></table><![endif]-->{of["footer"]}</div>
</body></html>"""


def old_tables(title: str, text: str, of: dict[str, str]) -> str:
    """Written by hand, a long time ago."""
    return f"""<HTML><HEAD><TITLE>{title}</TITLE><STYLE TYPE="text/css"><!--
{of["style"]}
--></STYLE></HEAD><BODY BGCOLOR=#FFFFFF TEXT=black><CENTER><TABLE WIDTH=600 BORDER=0 CELLPADDING=4>
<TR><TD><FONT FACE=Arial SIZE=+1><B>{of["greeting"]}</B></FONT></TD></TR><TR><TD>{text}<BR><BR>{of["other"]}</TD></TR>
<TR><TD ALIGN=center><A HREF='{of["link"]}'>{title}</A></TD></TR></TABLE></CENTER>{of["footer"]}{of["data"]}</BODY></HTML>"""


def hybrid(title: str, text: str, of: dict[str, str]) -> str:
    """Fluid blocks, with ghost tables for Outlook."""
    return f"""<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title></title><style>{of["style"]}</style></head>
<body width="100%"><div style="display:none;max-height:0">{title}</div><center>{of["data"]}
<!--[if mso]><table role="presentation" width="600"><tr><td width="300" valign="top"><![endif]-->
<div style="display:inline-block;max-width:300px"><h1>{of["greeting"]}</h1></div>
<!--[if mso]></td><td width="300"><![endif]--><div style="display:inline-block"><p>{text}</p>{of["other"]}</div>
<!--[if mso]></td></tr></table><![endif]--><!--[if mso]><v:roundrect href="{of["link"]}" arcsize="10%"><center>Go</center>
</v:roundrect><![endif]--><!--[if !mso]><!-- --><a href="{of["link"]}">Go</a><!-- <![endif]--></center>{of["footer"]}</body></html>"""


def editor(title: str, text: str, of: dict[str, str]) -> str:
    """As a drag-and-drop editor saves it: one attribute for everything."""
    return f"""<div class="bee-page" data-settings='{{"a":{{"b":[1,2,{{"c":"d"}}]}},"v":"1.{{2}}"}}' data-json="{{&quot;x&quot;:{{&quot;y&quot;:1}}}}">
<style scoped>{of["style"]}</style><h2><span class="tinyMce-placeholder">{title}</span></h2><p><span>{of["greeting"]}</span></p>
<p>{text}</p><p>{of["other"]}</p><p><a data-cta="{{1}}" href="{of["link"]}" onclick="if(a){{b.c}}else{{var d}}">&rarr;</a></p>
{of["data"]}{of["footer"]}</div>"""


def word(title: str, text: str, of: dict[str, str]) -> str:
    """Pasted out of a word processor."""
    return f"""<html xmlns:o="urn:schemas-microsoft-com:office:office"><head><style><!--
/* Font Definitions */ @font-face
	{{font-family:"Cambria Math"; panose-1:2 4 5 3 5 4 6 3 2 4;}}
p.MsoNormal {{margin:0cm; font-size:11.0pt;}} {of["style"]}
--></style>{of["data"]}</head><body lang=FR style='word-wrap:break-word'><div class=WordSection1>
<p class=MsoNormal><b><span lang=EN-US style='font-family:"Arial",sans-serif'>{title}<o:p></o:p></span></b></p>
<p class=MsoNormal>{of["greeting"]}<o:p></o:p></p><p class=MsoNormal><o:p>&nbsp;</o:p></p>
<p class=MsoNormal>{text}</p><p class=MsoNormal>{of["other"]} <a href="{of["link"]}"><span style='color:#0563C1'>link</span></a></p>
{of["footer"]}</div></body></html>"""


def amp(title: str, text: str, of: dict[str, str]) -> str:
    """AMP for Email, with its own templates."""
    return f"""<!doctype html><html ⚡4email data-css-strict><head><script async src="https://cdn.ampproject.org/v0.js"></script>
<style amp4email-boilerplate>body{{visibility:hidden}}</style><style amp-custom>{of["style"]}</style>{of["data"]}</head><body>
<amp-state id="s"><script type="application/json">{{"n": {{"m": 0}}}}</script></amp-state><h1>{title}</h1><p>{of["greeting"]}</p>
<p [text]="'n: ' + s.n" [class]="s.n > 1 ? 'a' : 'b'">{text}</p><amp-list src="https://a.example/x"><template type="amp-mustache">
{{{{#items}}}}<a href="{of["link"]}" on="tap:AMP.setState({{s: {{n: s.n + 1}}}})">{{{{name.first}}}}</a>{{{{/items}}}}</template></amp-list>
{of["other"]}{of["footer"]}</body></html>"""


def plain_text(title: str, text: str, of: dict[str, str]) -> str:
    """No HTML but what the blocks bring along."""
    bar = "=" * 60
    return f"Subject: {title}\n\n{bar}\n{of['greeting']}\n\n{text}\n\n  > {of['other']}\n  > {{1}} {{2}}\n\n{of['link']}\n-- \n{of['footer']}\n"


def reply(title: str, text: str, of: dict[str, str]) -> str:
    """Quoted in an answer, as mail programs do it."""
    return f"""<div dir="ltr">Fine with me {{see below}}.<div><br></div></div><br><div class="gmail_quote"><div class="gmail_attr">
On Tue, Nov 24, 2026, Luc &lt;<a href="mailto:l@s.example">l@s.example</a>&gt; wrote:<br></div><blockquote><u></u>{of["data"]}
<style>{of["style"]}</style><p>{title}</p><p>{of["greeting"]}</p><p>{text}</p><p>{of["other"]}</p><a href="{of["link"]}">x</a>
{of["footer"]}</blockquote></div>"""


def minified(title: str, text: str, of: dict[str, str]) -> str:
    """No optional tag, no quote, no blank."""
    return (
        f"<!doctype html><meta charset=utf-8><title>{title}</title><style>{of['style']}</style>{of['data']}"
        f'<p>{of["greeting"]}<p>{text}<p>{of["other"]}<p><a href="{of["link"]}">→</a><hr>{of["footer"]}'
    )


def cards(title: str, text: str, of: dict[str, str]) -> str:
    """A list of products with inline styles and pictures drawn in place."""
    card = (
        '<td style="background:url(data:image/svg+xml;utf8,%3Csvg%3E%3Cstyle%3E.a%7Bfill:red%7D%3C/style%3E%3C/svg%3E)">'
        '<svg viewBox="0 0 9 9"><style>.b{fill:#39c}</style><path d="M0 0h9v9z"/></svg><b>{set of 4}</b> 9,90&nbsp;€</td>'
    )
    return f"""<html><head><title>{title}</title><style>{of["style"]}</style></head><body>{of["data"]}<p>{of["greeting"]}</p>
<table><tr>{card}{card}</tr><tr><td colspan=2>{text}</td></tr></table><p>{of["other"]}</p><p><a href='{of["link"]}'>all</a></p>
<math><mo>{{</mo><mi>x</mi><mo>}}</mo></math>{of["footer"]}</body></html>"""


FRAMES = [mjml, old_tables, hybrid, editor, word, amp, plain_text, reply, minified, cards]
