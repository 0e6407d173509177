using System.CommandLine;
using Engagement.Server.Commands;

// Signals are the host's: it stops in its own order, within its own time.
return await CommandLine.Create().Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });
