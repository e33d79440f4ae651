// TouchstoneStayAwake: as many cores as its attribute says stay awake between operations from now on.
#include "awake-cores.h"

#include "operations.h"

namespace touchstone {
namespace {

void* start_cores(TF_OpKernelConstruction* construction) {
  int32_t cores = 0;
  TF_Status* status = TF_NewStatus();
  TF_OpKernelConstruction_GetAttrInt32(construction, "cores", &cores, status);
  TF_DeleteStatus(status);
  AwakeCores::instance().start(cores);
  return nullptr;
}

void compute_nothing(void*, TF_OpKernelContext*) {}

}  // namespace

std::vector<Operation> waking_operations() {
  return {{"TouchstoneStayAwake", {}, {}, {"cores: int"}, start_cores, compute_nothing, nullptr}};
}

}  // namespace touchstone
