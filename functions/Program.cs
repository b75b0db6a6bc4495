using Aigc.Functions.Configuration;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.Hosting;

var builder = FunctionsApplication.CreateBuilder(args);
builder.ConfigureFunctionsWebApplication();
builder.Services.AddAigc(builder.Configuration, builder.Environment.IsDevelopment()).AddTelemetry(builder.Configuration);
await builder.Build().RunAsync();
