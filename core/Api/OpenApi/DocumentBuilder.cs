using System.Globalization;
using System.Reflection;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.OpenApi;

namespace Aigc.Api.OpenApi;

/// <summary>
/// Makes a document out of endpoints that are described and never called: handlers that read bodies and write answers by themselves have no
/// signature to be described by, and a Functions app has no endpoints at all.
/// </summary>
internal static class DocumentBuilder
{
    private const string Name = "v1";

    public static async Task<byte[]> BuildAsync(DocumentedHost host)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { ApplicationName = "Aigc.Functions" });
        builder.Services.AddSingleton<EndpointDataSource>(new DefaultEndpointDataSource(ApiOperations.All(host).Select(Endpoint)));
        builder.Services.AddRouting().AddOpenApi(Name, options =>
        {
            options.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1;
            options.AddOperationTransformer(Describe);
            options.AddDocumentTransformer((document, _, _) => DescribeAsync(document, host));
        });
        // Never started: it has what ASP.NET's descriptions of endpoints need, and no server.
        using var app = builder.Build();
        var provider = app.Services.GetRequiredKeyedService<IOpenApiDocumentProvider>(Name);
        var document = await provider.GetOpenApiDocumentAsync().ConfigureAwait(false);
        using var json = new StringWriter(CultureInfo.InvariantCulture);
        document.SerializeAsV31(new OpenApiJsonWriter(json, new OpenApiJsonWriterSettings { Terse = true }));
        return Encoding.UTF8.GetBytes(json.ToString());
    }

    // Only endpoints of a method are described; that it takes a context tells nothing of parameters, which the operation has.
    private static RouteEndpoint Endpoint(ApiOperation operation)
    {
        RequestDelegate never = Never;
        return new RouteEndpoint(
            never,
            RoutePatternFactory.Parse(operation.Path),
            order: 0,
            new EndpointMetadataCollection(never.GetMethodInfo(), new HttpMethodMetadata([operation.Method.Method]), operation),
            operation.Operation.OperationId);
    }

    private static Task Never(HttpContext context) => throw new NotSupportedException("this endpoint is there to be described");

    private static Task Describe(
        OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        var described = context.Description.ActionDescriptor.EndpointMetadata.OfType<ApiOperation>().Single();
        var told = described.Operation;
        operation.OperationId = told.OperationId;
        operation.Summary = told.Summary;
        operation.Description = told.Description;
        operation.Tags = told.Tags;
        operation.Parameters = told.Parameters;
        operation.RequestBody = told.RequestBody;
        operation.Responses = Answered.InOrder(told.Responses!);
        operation.Extensions = told.Extensions;
        // An empty list says that none of the document's schemes is asked for.
        operation.Security = described.Open ? [] : null;
        return Task.CompletedTask;
    }

    private static Task DescribeAsync(OpenApiDocument document, DocumentedHost host)
    {
        document.Info = DocumentText.Info(host);
        document.Servers = [new OpenApiServer { Url = "/", Description = "This host." }];
        document.Components ??= new OpenApiComponents();
        document.Components.Schemas ??= new Dictionary<string, IOpenApiSchema>();
        foreach (var (name, schema) in ApiOperations.Schemas())
            document.Components.Schemas.Add(name, schema);
        document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>();
        document.Security = [];
        foreach (var (name, scheme) in DocumentText.Keys())
        {
            document.Components.SecuritySchemes.Add(name, scheme);
            document.Security.Add(new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(name, document)] = [] });
        }

        // Without keys, this machine is asked for none.
        document.Security.Add([]);
        document.Tags = ApiOperations.Tags
            .Where(tag => host == DocumentedHost.Server || tag.Name != Probes.ProbeOperations.Tag)
            .Select(tag => new OpenApiTag { Name = tag.Name, Description = tag.Description }).ToHashSet();
        return Task.CompletedTask;
    }
}
