// The reference of the host's own document. Nothing is fetched from any other host, and the policy that the page comes with would not let it.
const base = new URL('.', document.baseURI);
Scalar.createApiReference('#reference', {
  url: new URL('openapi/v1.json', base).href,
  baseServerURL: base.href.replace(/\/$/, ''),
  withDefaultFonts: false,
  telemetry: false,
  agent: { disabled: true },
  mcp: { disabled: true },
  hideClientButton: true,
  showDeveloperTools: 'never',
  documentDownloadType: 'json',
  defaultHttpClient: { targetKey: 'shell', clientKey: 'curl' },
});
