# A shim, so that node-gyp, node-gyp-build and prebuildify work: its one action runs the build that
# CMakeLists.txt describes, which writes <(PRODUCT_DIR)/zmqx.node.
{
  "targets": [
    {
      "target_name": "zmqx",
      "type": "none",
      "actions": [
        {
          "action_name": "cmake",
          "inputs": ["CMakeLists.txt"],
          "outputs": ["<(PRODUCT_DIR)/always-run"],
          "action": ["node", "scripts/addon.mjs", "<(CONFIGURATION_NAME)"],
          "message": "Building zmqx.node with CMake"
        }
      ]
    }
  ]
}
