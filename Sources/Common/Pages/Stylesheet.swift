// Stylesheet.swift - how the pages look: one sheet for all of them, so one hash in the policy.
//
// Phone first: everything stands below everything at 320 pixels, with text of twice the size too: what stands at the
// sides is bounded by the screen's width. Colours are custom properties, once for
// light and once for dark; the tests read them from here and compute their contrast. Inputs are 17 pixels
// and 48 high, so that no phone zooms and every thumb hits.

/// The style sheet inside every page.
package enum Stylesheet {
  /// Exactly what stands between `<style>` and `</style>`.
  package static var text: String {
    var sheet = HTML()
    append(to: &sheet)
    return sheet.markup
  }

  /// Its SHA-256 in base64, for the policy: to compute it for each page would take a fifth of the page's
  /// instructions. PolicyTests say what it must be when the sheet has changed.
  package static let sha256 = "zzTZAC7sbgWOcHRuuK5laqE/4HFg0Wd43hivofwTq8s="

  static var byteCount: Int {
    colours.utf8CodeUnitCount + basics.utf8CodeUnitCount + forms.utf8CodeUnitCount + inbox.utf8CodeUnitCount
  }

  static func append(to page: inout HTML) {
    page.append(colours)
    page.append(basics)
    page.append(forms)
    page.append(inbox)
  }

  private static let colours: StaticString = """
    :root{color-scheme:light dark;--paper:#f2f5f4;--card:#ffffff;--ink:#15211d;--soft:#4d5c56;--line:#d3dcd8;\
    --edge:#74837d;--accent:#0a6a54;--on-accent:#ffffff;--tint:#e4f2ed;--band:#0b4a3c;--on-band:#ffffff;\
    --alarm:#b0241c;--on-alarm:#ffffff;--alarm-tint:#fdeeec;--late:#8a4b00;--late-tint:#fdf1df}
    @media (prefers-color-scheme:dark){:root{--paper:#0e1412;--card:#18211e;--ink:#e9f0ed;--soft:#a9b8b2;\
    --line:#2d3935;--edge:#7d8d87;--accent:#62d2b3;--on-accent:#06251d;--tint:#15332a;--band:#0d3b30;\
    --on-band:#f0f7f4;--alarm:#ff9d93;--on-alarm:#3a0804;--alarm-tint:#3a1a17;--late:#f3bd6b;\
    --late-tint:#352711}}

    """

  private static let basics: StaticString = """
    *,*::before,*::after{box-sizing:border-box}
    html{-webkit-text-size-adjust:100%;text-size-adjust:100%}
    body{margin:0;background:var(--paper);color:var(--ink);overflow-wrap:break-word;\
    font:1.0625rem/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif}
    main,.band>div,footer{max-width:38rem;margin:0 auto;padding:0 min(1rem,5vw)}
    main{padding-bottom:2rem}
    h1{font-size:1.6rem;line-height:1.2;letter-spacing:-.01em;margin:1.5rem 0 .5rem}
    h2{font-size:1.2rem;line-height:1.3;margin:0 0 .75rem}
    p{margin:0 0 .75rem}
    a{color:var(--accent);text-underline-offset:.15em}
    ul{margin:0 0 .75rem;padding-left:1.25rem}
    :focus-visible{outline:3px solid var(--accent);outline-offset:2px}
    .icon{width:1.15em;height:1.15em;flex:none;fill:currentColor;vertical-align:-.2em;margin-right:.4em}
    .sr,.aside{position:absolute;width:1px;height:1px;margin:-1px;padding:0;overflow:hidden;\
    clip-path:inset(50%);white-space:nowrap;border:0}
    .band{background:var(--band);color:var(--on-band)}
    .band>div{display:flex;flex-wrap:wrap;align-items:center;justify-content:space-between;gap:.25rem .75rem;\
    min-height:3.75rem;padding-top:.5rem;padding-bottom:.5rem}
    .band :focus-visible{outline-color:var(--on-band)}
    .brand{margin:0;font-weight:700;font-size:1.1rem;line-height:1.25}
    .pill{display:inline-flex;align-items:center;min-height:2.75rem;padding:0 .9rem;border-radius:9rem;\
    border:1.5px solid currentColor;color:var(--on-band);text-decoration:none;font-weight:600}
    .brand,.who,.words,.warn,.error,.choice,.act,.event,.hint,bdi,h1{overflow-wrap:anywhere}
    .lead{color:var(--soft)}
    .card{background:var(--card);border:1px solid var(--line);border-radius:1rem;\
    padding:1.25rem min(1rem,5vw);margin:1rem 0}
    .small,.hint,.mark{font-size:.9375rem;color:var(--soft)}
    .mark{font-weight:400}
    .button,button{display:inline-flex;align-items:center;justify-content:center;min-height:3rem;\
    padding:.5rem 1rem;border:1.5px solid var(--accent);border-radius:.75rem;background:var(--card);\
    color:var(--accent);font:inherit;font-weight:600;text-align:center;text-decoration:none;cursor:pointer}
    .primary{background:var(--accent);color:var(--on-accent)}
    .wide{width:100%}
    .wide+.small{margin:.75rem 0 0}
    .warn{display:flex;align-items:flex-start;color:var(--late)}
    .warn .icon{margin-top:.2em}
    .ending{padding-top:1.5rem;margin-top:1.5rem}
    .ending h1{margin-top:0}
    .seal{width:3.5rem;height:3.5rem;border-radius:50%;display:grid;place-items:center;\
    background:var(--tint);color:var(--accent);font-size:1.6rem}
    .seal .icon{margin:0}
    .promise{font-size:1.2rem;line-height:1.4;font-weight:600}
    .call{border-top:1px solid var(--line);margin-top:1.25rem;padding-top:1rem;margin-bottom:1rem}
    .call p{margin-bottom:.5rem}
    .call form{margin-top:1rem}
    .call button{margin-top:.75rem}
    .files{overflow-wrap:anywhere}
    .files li{margin-bottom:.35rem}
    .languages{display:flex;flex-wrap:wrap;gap:0 1.25rem;list-style:none;padding:0;margin:0 0 2rem}
    .languages a,.act{display:inline-flex;align-items:center;min-height:2.75rem}

    """

  private static let forms: StaticString = """
    section+section{border-top:1px solid var(--line);margin-top:1.5rem;padding-top:1.25rem}
    fieldset{border:0;margin:0;padding:0;min-width:0}
    .field{margin:0 0 1.25rem}
    label,legend{display:block;font-weight:600;padding:0;margin:0 0 .25rem}
    .field>.hint{margin:0 0 .4rem}
    input,textarea,select{font:inherit;color:var(--ink)}
    select{display:block;width:100%;min-height:3rem;padding:.65rem .75rem;background:var(--card);\
    border:1.5px solid var(--edge);border-radius:.75rem}
    input[type=text],input[type=tel],input[type=search],input[type=file],input[type=datetime-local],textarea{\
    display:block;width:100%;min-width:0;\
    min-height:3rem;padding:.65rem .75rem;background:var(--card);border:1.5px solid var(--edge);\
    border-radius:.75rem;-webkit-appearance:none;appearance:none}
    textarea{min-height:7.5rem;resize:vertical}
    input[type=datetime-local]{font-size:1rem}
    input[type=file]{border-style:dashed;padding:.6rem;color:var(--soft);font-size:1rem}
    ::file-selector-button{font:inherit;font-weight:600;color:var(--accent);background:var(--tint);border:0;\
    border-radius:.5rem;padding:.5rem .75rem;margin-right:.75rem}
    .choice{position:relative;display:grid;grid-template-columns:auto minmax(0,1fr);gap:0 min(.75rem,3.75vw);\
    align-items:center;border:1.5px solid var(--edge);border-radius:.75rem;padding:.75rem min(.75rem,3.75vw);\
    margin-top:.5rem}
    .choice input{width:1.4rem;height:1.4rem;margin:0;accent-color:var(--accent)}
    .choice label{margin:0;font-weight:400}
    .choice label::after{content:"";position:absolute;inset:0;cursor:pointer}
    .choice .hint{grid-column:2;line-height:1.4}
    .choice:has(:checked){border-color:var(--accent);background:var(--tint);\
    box-shadow:inset 0 0 0 1px var(--accent)}
    .choice.urgent input{accent-color:var(--alarm)}
    .choice.urgent:has(:checked){border-color:var(--alarm);background:var(--alarm-tint);\
    box-shadow:inset 0 0 0 1px var(--alarm)}
    .choice:has(:focus-visible){outline:3px solid var(--accent);outline-offset:2px}
    .choice input:focus-visible{outline:0}
    .error{display:flex;align-items:flex-start;color:var(--alarm);font-weight:600;margin:0 0 .5rem}
    .error .icon{margin-top:.15em}
    .wrong>input,.wrong>textarea{border-style:solid;border-color:var(--alarm);\
    box-shadow:inset 0 0 0 1px var(--alarm)}
    .summary,.notice{border:1.5px solid var(--alarm);border-left-width:.4rem;border-radius:.75rem;\
    background:var(--alarm-tint);padding:1rem;margin:1rem 0}
    .summary h2{color:var(--alarm)}
    .summary a{color:var(--alarm)}
    .summary li{padding:.15rem 0}
    .summary :last-child,.notice :last-child{margin-bottom:0}
    .summary:focus{outline:3px solid var(--alarm);outline-offset:2px}
    .notice .icon{color:var(--alarm)}
    .notice.good .icon{color:var(--accent)}
    .notice.good{border-color:var(--accent);background:var(--tint)}

    """

  private static let inbox: StaticString = """
    .who{margin:0;font-size:.9375rem}
    button.pill{background:none;min-height:2.75rem;padding:0 .9rem}
    .tabs ul{display:flex;flex-wrap:wrap;gap:.25rem;list-style:none;padding:0;margin:.75rem 0 0}
    .tabs a{display:inline-flex;align-items:center;min-height:2.75rem;padding:0 .6rem;border-radius:.75rem;\
    font-weight:600;text-decoration:none}
    .tabs [aria-current]{background:var(--tint);box-shadow:inset 0 0 0 1.5px var(--accent)}
    .inbox h1{margin-top:1rem}
    .inbox .ending h1{margin-top:0}
    .empty{display:flex;align-items:flex-start}
    .empty .icon{margin-top:.15em;color:var(--accent)}
    main>.marks{margin-bottom:.75rem}
    .group+.group{border:0;padding:0}
    .group>h2{font-size:1rem;color:var(--soft);margin:1rem 0 .5rem}
    .ticket{border-left:.4rem solid var(--edge);padding:1rem;margin:0 0 .75rem}
    .ticket.urgent{border-left-color:var(--alarm)}
    .ticket h2,.ticket h3{font-size:1.2rem;margin:0;overflow-wrap:anywhere}
    .ticket h2 a,.ticket h3 a{display:block;padding:.35rem 0}
    .marks{display:flex;flex-wrap:wrap;align-items:center;justify-content:space-between;gap:.25rem .75rem;\
    margin:0 0 .25rem;font-size:1rem;font-weight:600}
    .tag,.late{display:inline-flex;align-items:center;padding:.1rem .6rem;border-radius:.5rem}
    .tag{background:var(--tint);color:var(--accent)}
    .tag.urgent{background:var(--alarm);color:var(--on-alarm)}
    .late{background:var(--late-tint);color:var(--late)}
    .words{white-space:pre-line;margin-bottom:.5rem}
    .short{display:-webkit-box;-webkit-box-orient:vertical;-webkit-line-clamp:3;line-clamp:3;overflow:hidden}
    .facts{display:flex;flex-wrap:wrap;align-items:center;gap:0 1rem;list-style:none;padding:0;\
    margin:0 0 .5rem;font-size:.9375rem;color:var(--soft)}
    .buttons{display:flex;flex-wrap:wrap;gap:.5rem;margin-top:.5rem}
    .buttons button{flex:1 1 auto}
    .search button{margin-top:.75rem}
    .refresh{margin-top:1.25rem}
    .pager{margin-top:1.25rem}
    .pager p{margin:0}
    .pager ul{display:flex;flex-wrap:wrap;gap:0 1.25rem;list-style:none;padding:0;margin:0}
    summary{cursor:pointer;padding:.65rem 0;min-height:2.75rem;font-weight:600;color:var(--accent);\
    overflow-wrap:anywhere}
    summary h2{display:inline;margin:0;font-size:1.1rem}
    details[open]>summary{margin-bottom:.5rem}
    section>details:only-child{margin:-.65rem 0}
    details+.history{margin-top:.5rem}
    .choices{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(8.5rem,100%),1fr));gap:.5rem}
    .choices .choice{margin:0}
    .photos{display:grid;grid-template-columns:repeat(auto-fill,minmax(7rem,1fr));gap:.5rem;list-style:none;\
    padding:0;margin:0}
    .photos a{display:block;border-radius:.75rem;overflow:hidden;background:var(--tint);aspect-ratio:1}
    .photos img{display:block;width:100%;height:100%;object-fit:cover}
    audio{display:block;width:100%}
    .file a{position:relative;display:grid;place-items:center;font-size:1.6rem}
    .file .icon{margin:0}
    .file picture{position:absolute;inset:0}
    .file .hint{margin:.25rem 0 0;overflow-wrap:anywhere}
    .history{list-style:none;padding:0 0 0 1rem;margin:0;border-left:2px solid var(--line)}
    .history li{margin-bottom:.75rem}
    .history p{margin:0}
    .history .event{font-weight:600}
    .history .ours,.history .theirs{border-radius:.75rem;padding:.5rem min(.75rem,3.75vw)}
    .history .ours{background:var(--tint);margin-left:min(2rem,6vw)}
    .history .theirs{border:1px solid var(--line);margin-right:min(2rem,6vw)}
    .answers,.contacts{list-style:none;padding:0}
    .answers a{min-height:3rem;text-align:left}
    .contacts li{border-top:1px solid var(--line);padding:.5rem 0}
    .contacts li:first-child{border-top:0}
    .contacts p{margin:0;overflow-wrap:anywhere}
    .contacts .event a{display:inline-flex;align-items:center;min-height:2.75rem;font-weight:600}
    .assign{margin:.75rem 0 -.75rem}
    .assign button{margin-top:.5rem}
    .inbox main,.inbox .band>div,.inbox .card,.inbox .button,.inbox button{padding-left:min(1rem,5vw);\
    padding-right:min(1rem,5vw)}
    .inbox .button,.inbox button,.facts li,.time,.tag{white-space:normal;overflow-wrap:anywhere}
    .figure{display:grid;gap:1rem;align-items:start}
    .chart{display:block;width:100%;height:auto}
    .chart path{fill:none;stroke:var(--line)}
    .chart .a{fill:var(--accent)}
    .chart .b{fill:var(--card);stroke:var(--accent)}
    .chart [class^=h]{fill:var(--accent);fill-opacity:.2}
    .chart .h2{fill-opacity:.45}
    .chart .h3{fill-opacity:.7}
    .chart .h4{fill-opacity:1}
    .chart text{fill:var(--soft);font-size:10px}
    .chart .mid{text-anchor:middle}
    .chart .end{text-anchor:end}
    .numbers{border-collapse:collapse;table-layout:fixed;width:100%;font-size:.9375rem;\
    font-variant-numeric:tabular-nums}
    .numbers th,.numbers td{padding:.15rem 0 .15rem .25rem;border-top:1px solid var(--line);text-align:right;\
    vertical-align:top;font-weight:400;overflow-wrap:anywhere}
    .numbers th:first-child{padding-left:0;text-align:left}
    .numbers thead th{border:0;font-weight:600}
    .hours{font-size:min(.875rem,3vw)}
    .hours th,.hours td{padding:.1rem 0}
    @media (min-width:40rem){body:has(.figure) :is(main,.band>div){max-width:60rem}\
    .figure{grid-template-columns:1fr 1fr}}
    @media print{@page{size:A4;margin:15mm}html{font-size:11px}.tabs,.band form{display:none}\
    .band{background:none;color:inherit}.inbox main{max-width:none}.card{break-inside:avoid}\
    .figure{grid-template-columns:1fr 1fr}}

    """
}
