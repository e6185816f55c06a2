package dev.headroom.forecast.report;

/** The look of every report page, on screen and on paper. */
final class PageStyle {
  static final String CSS =
      """
      :root{color-scheme:light}
      *{box-sizing:border-box}
      body{margin:0;background:#f3f4f6;color:#111827;
      font:14px/1.45 system-ui,-apple-system,"Segoe UI",Roboto,"Liberation Sans",Arial,sans-serif}
      main{max-width:1180px;margin:0 auto;padding:28px 24px 56px}
      header{border-bottom:2px solid #111827;padding-bottom:14px;margin-bottom:20px}
      .brand{margin:0;font-size:12px;letter-spacing:.14em;text-transform:uppercase;color:#6b7280}
      h1{margin:2px 0 10px;font-size:27px;font-weight:650;letter-spacing:-.01em}
      h2{margin:0 0 8px;font-size:17px;font-weight:650}
      dl{display:flex;flex-wrap:wrap;gap:6px 28px;margin:0}
      dl div{display:flex;gap:6px}
      dt{color:#6b7280}
      dt::after{content:":"}
      dd{margin:0;font-weight:550}
      section{background:#fff;border:1px solid #e5e7eb;border-radius:8px;padding:18px 20px;
      margin:0 0 18px}
      .answers{padding:0;overflow:hidden}
      .answer{padding:11px 20px;border-left:5px solid #9ca3af;border-top:1px solid #f0f1f3}
      .answer:first-child{border-top:0}
      .answer.alert{border-left-color:#b91c1c}
      .answer.warning{border-left-color:#d97706}
      .answer.calm{border-left-color:#047857}
      .answer p{margin:0}
      .answer .text{font-weight:600}
      .answer.first{padding:18px 20px}
      .answer.first .text{font-size:21px;line-height:1.3;letter-spacing:-.005em}
      .answer .detail{color:#4b5563;margin-top:3px}
      .partial{border-color:#d97706;background:#fffbeb}
      .partial ul{margin:6px 0 0}
      .intro{margin:0 0 10px;color:#4b5563;max-width:86ch}
      .scroll{overflow-x:auto}
      table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}
      th{text-align:left;font-weight:600;font-size:12px;color:#4b5563;padding:6px 10px 6px 0;
      border-bottom:1px solid #9ca3af;vertical-align:bottom}
      td{padding:6px 10px 6px 0;border-bottom:1px solid #eceef1;vertical-align:top}
      th.number,td.number{text-align:right;white-space:nowrap;padding-left:6px}
      td:first-child{font-weight:550;min-width:150px}
      td.none{color:#6b7280}
      tr.alert td:first-child{box-shadow:inset 3px 0 #b91c1c;padding-left:9px}
      tr.warning td:first-child{box-shadow:inset 3px 0 #d97706;padding-left:9px}
      tr.muted td{color:#6b7280}
      tr.total td{border-top:1px solid #111827;border-bottom:0;font-weight:650}
      .charts{display:grid;grid-template-columns:repeat(auto-fill,minmax(500px,1fr));gap:16px}
      .charts.one{grid-template-columns:1fr}
      figure{margin:0;border:1px solid #e5e7eb;border-radius:6px;padding:10px 12px}
      figcaption{color:#6b7280;font-size:12px;margin-top:4px}
      details summary{cursor:pointer;font-size:17px;font-weight:650}
      details[open] summary{margin-bottom:8px}
      .rules ul{margin:0;padding-left:18px;color:#374151}
      .rules li{margin:3px 0}
      @media print{
      body{background:#fff;font-size:11px}
      main{max-width:none;padding:0}
      section{border:0;border-radius:0;padding:0;margin:0 0 14px}
      .answers{border:1px solid #d1d5db}
      figure,tr,.answer{break-inside:avoid}
      h2{break-after:avoid}
      .charts:not(.one){grid-template-columns:1fr 1fr}
      .scroll{overflow:visible}
      *{print-color-adjust:exact;-webkit-print-color-adjust:exact}
      @page{margin:14mm}
      }
      """;

  private PageStyle() {}
}
