using Engagement.Server.Commands;
using Microsoft.OpenApi;

namespace Engagement.Server.Hosting;

/// <summary>The OpenAPI document at <c>/openapi/v1.json</c>.</summary>
public static class ApiDescription
{
    public static void AddApiDescription(this IServiceCollection services) => services.AddOpenApi("v1", options =>
    {
        options.AddDocumentTransformer((document, _, _) =>
        {
            document.Info = new OpenApiInfo
            {
                Title = "Engagement",
                Version = VersionText.Program,
                Description = "Events in, decisions with reasons out, one invitation where a person is needed and free. Errors are RFC 9457 problem details with a stable `code`.",
            };
            document.Components ??= new OpenApiComponents();
            document.Components.SecuritySchemes ??= new Dictionary<string, IOpenApiSecurityScheme>();
            document.Components.SecuritySchemes["bearer"] = new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.Http,
                Scheme = "bearer",
                Description = "A key of the site (roles write, api, agent, replay) or a visitor's token from POST /v1/sessions. The credential determines the site.",
            };
            return Task.CompletedTask;
        });
    });
}
