/** What the mouse does in the viewport: OHIF's tools, and which of them wait until they are chosen. */

const TOOL_GROUP = 'default';
const RADII = { minRadius: 0.5, maxRadius: 99.5 };

const brush = (toolName, activeStrategy) => ({ toolName, parentTool: 'Brush', configuration: { activeStrategy, ...RADII } });

/** Make the tool group of the viewport; drawing tools are passive until someone activates them. */
export function addTools({ servicesManager, extensionManager }) {
  const { toolGroupService } = servicesManager.services;
  const { toolNames, Enums } = extensionManager.getModuleEntry('@ohif/extension-cornerstone.utilityModule.tools').exports;
  const { Primary, Auxiliary, Secondary, Wheel } = Enums.MouseBindings;
  toolGroupService.createToolGroupAndAddTools(TOOL_GROUP, {
    active: [
      { toolName: toolNames.WindowLevel, bindings: [{ mouseButton: Primary }] },
      { toolName: toolNames.Pan, bindings: [{ mouseButton: Auxiliary }] },
      { toolName: toolNames.Zoom, bindings: [{ mouseButton: Secondary }, { numTouchPoints: 2 }] },
      { toolName: toolNames.StackScroll, bindings: [{ mouseButton: Wheel }, { numTouchPoints: 3 }] },
    ],
    passive: [
      brush('CircularBrush', 'FILL_INSIDE_CIRCLE'),
      brush('CircularEraser', 'ERASE_INSIDE_CIRCLE'),
      { toolName: toolNames.CircleScissors },
      { toolName: toolNames.RectangleScissors },
      { toolName: toolNames.SphereScissors },
      { toolName: toolNames.Length },
      { toolName: toolNames.Angle },
      { toolName: toolNames.Probe },
    ],
    disabled: [],
  });
}

/**
 * Give the left mouse button a tool of the tool group, or window and level back.
 *
 * @param {string|null} toolName Null: back to window and level, but only where one of `instead` has the button.
 */
export function usePrimary(app, toolName, instead = []) {
  const group = window.cornerstoneTools.ToolGroupManager.getToolGroup(TOOL_GROUP);
  if (!toolName && !instead.includes(group.getActivePrimaryMouseButtonTool())) return;
  app.commands.runCommand('setToolActive', { toolName: toolName ?? 'WindowLevel', toolGroupId: TOOL_GROUP });
}
